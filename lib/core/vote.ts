import type { Answer, LockNode } from './node.ts'

/** What one node said when it was asked, as it may be shown. */
export interface Vote {
  node: string
  outcome: Answer['outcome']
  /** A `Refusal`, or why nothing is known; null when granted. */
  why: string | null
  holder: string | null
  remainingMs: number | null
}

/** One command to one node, and what became of it. */
export class Ballot {
  readonly node: LockNode
  readonly sentAt: number
  readonly withinMs: number
  /** Null while it is awaited, `unknown` after the deadline; a late answer replaces that. */
  answer: Answer | null = null
  /** The node itself has answered, or certainly never got it: nothing more can come of this. */
  settled = false
  /** It was asked to queue: also a refusal leaves a trace. */
  queues = false
  #heard: ((ballot: Ballot) => void) | null

  /** `heard` is called once: with the first answer, or when the deadline has passed. */
  constructor(node: LockNode, sentAt: number, withinMs: number, heard: ((ballot: Ballot) => void) | null) {
    this.node = node
    this.sentAt = sentAt
    this.withinMs = withinMs
    this.#heard = heard
  }

  hear(answer: Answer): void {
    this.answer = answer
    this.settled = answer.outcome !== 'unknown' || !answer.maybeDone
    this.#tell()
  }

  giveUp(): void {
    if (this.answer) return
    this.answer = { outcome: 'unknown', why: `no answer within ${this.withinMs} ms`, maybeDone: true }
    this.#tell()
  }

  /** Whether something of it may be on the node, now or later. */
  get mayHold(): boolean {
    if (!this.settled || this.answer?.outcome === 'granted') return true
    // Too few replicas have it, but the node itself does.
    return this.answer?.outcome === 'refused' && (this.queues || this.answer.why === 'replicas')
  }

  get vote(): Vote {
    const { answer } = this
    const base = { node: this.node.id, holder: null, remainingMs: null }
    if (!answer) return { ...base, outcome: 'unknown', why: 'not waited for' }
    if (answer.outcome === 'granted') return { ...base, outcome: 'granted', why: null }
    if (answer.outcome === 'unknown') return { ...base, outcome: 'unknown', why: answer.why }
    const { why, holder, remainingMs } = answer
    return { ...base, outcome: 'refused', why, holder, remainingMs }
  }

  #tell(): void {
    const heard = this.#heard
    this.#heard = null
    heard?.(this)
  }
}

export const votesOf = (ballots: readonly Ballot[]): Vote[] => ballots.map((ballot) => ballot.vote)
