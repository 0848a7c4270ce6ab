import { LockError } from './errors.ts'
import type { Hold } from './hold.ts'
import type { Means } from './means.ts'
import type { HoldRef, Notice } from './node.ts'
import type { Renewable } from './renewals.ts'
import { askAll, type Round } from './round.ts'
import { takeBack } from './take-back.ts'
import { validUntil } from './validity.ts'
import { type Ballot, type Vote, votesOf } from './vote.ts'

export interface Granted {
  ref: HoldRef
  fence: string | null
  /** Of the command that the time of the hold counts from. */
  sentAt: number
  ballots: readonly Ballot[]
  /** Earlier asks with the same token that may still be carried out. */
  earlier: readonly Ballot[]
  complete: Promise<void>
  autoRenew: boolean
  renewWhile: (() => boolean | Promise<boolean>) | null
}

/** The pause before a renewal without answer is tried again, as a part of the TTL. */
const RETRY_PART = 15
const SHORTEST_RETRY_MS = 20

/** A hold, looked after until it ends: renewed, and told when it is lost. */
export class LiveHold implements Hold, Renewable {
  readonly name: string
  readonly ttlMs: number
  readonly permits: number
  readonly fence: string | null
  notice: Notice | null = null
  readonly #granted: Granted
  readonly #means: Means
  #until: number
  #ended = false
  #lapsing = false
  #lost: LockError | null = null
  /** Why the signal has aborted, or will when somebody looks at it. */
  #reason: LockError | null = null
  #controller: AbortController | null = null
  #renewedUntil = 0
  #callOff: () => void = () => {}

  constructor(granted: Granted, means: Means) {
    this.name = granted.ref.name
    this.ttlMs = granted.ref.ttlMs
    this.permits = granted.ref.permits
    this.fence = granted.fence
    this.#granted = granted
    this.#means = means
    this.#until = validUntil(granted.sentAt, granted.ref.ttlMs)
    means.holds.add(this)
    if (granted.autoRenew) means.renewals.add(this)
    // The next beat may be a third of the TTL away: what has less than two left can't wait for it.
    if (!granted.autoRenew) this.#look()
    else if (this.remainingMs() < (this.ttlMs * 2) / 3) this.#lookSoon()
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#reason) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  get votes(): readonly Vote[] {
    return votesOf(this.#granted.ballots)
  }

  get allVotes(): Promise<readonly Vote[]> {
    return this.#granted.complete.then(() => this.votes)
  }

  remainingMs(): number {
    return this.#ended ? 0 : Math.max(0, this.#until - this.#means.clock.now())
  }

  assertHeld(): void {
    if (this.remainingMs() > 0) return
    if (this.#lost) throw this.#lost
    const why = this.#ended ? 'it was released' : 'its time ran out'
    throw new LockError('lost', `${this.name} is not held: ${why}.`, { lock: this.name })
  }

  async renew(): Promise<boolean> {
    const left = this.remainingMs()
    if (left <= 0 || this.#lapsing) return false
    const { clock, lines } = this.#means
    const withinMs = Math.min(this.#means.nodeTimeoutMs(this.ttlMs), left)
    this.#renewedUntil = clock.now() + withinMs
    const round = await askAll(lines, 'renew', { ...this.#granted.ref, raiseTo: null }, withinMs)
    if (this.#ended) return false
    this.#listenTo(round)
    if (round.decision === 'granted') {
      this.#until = Math.max(this.#until, validUntil(round.sentAt, this.ttlMs))
      if (this.#granted.autoRenew) this.#callOff()
      return this.remainingMs() > 0
    }
    if (round.decision === 'refused' && !this.#lapsing) this.#lose('the nodes no longer know it')
    return false
  }

  async renewInTime(): Promise<void> {
    if (this.#ended) return
    if (this.remainingMs() <= 0)
      return this.#lose('its time ran out without a renewal that a majority acknowledged')
    if (this.#lapsing) return this.#look()
    // Who is asked whether it is healthy may not answer in time.
    if (this.#granted.renewWhile) this.#look()
    if ((await this.#isHealthy()) && (await this.renew())) return
    if (!this.#ended) this.#lookSoon()
  }

  async release(): Promise<void> {
    if (this.#ended) return
    this.#end()
    await this.#giveBack('majority')
  }

  /** Looks again when the time is over, or sooner. */
  #look(afterMs = Number.POSITIVE_INFINITY): void {
    this.#callOff()
    const ms = Math.min(this.#until - this.#means.clock.now(), afterMs)
    this.#callOff = this.#means.clock.after(Math.max(1, ms), () => {
      if (this.remainingMs() <= 0 || this.#granted.autoRenew) void this.renewInTime()
      else this.#look()
    })
  }

  #lookSoon(): void {
    this.#look(Math.max(SHORTEST_RETRY_MS, this.ttlMs / RETRY_PART))
  }

  async #isHealthy(): Promise<boolean> {
    try {
      return (await this.#granted.renewWhile?.()) ?? true
    } catch {
      return false
    }
  }

  #listenTo({ ballots }: Round): void {
    for (const { answer } of ballots) {
      if (answer?.outcome === 'granted' && answer.notice) this.#hear(answer.notice)
      if (answer?.outcome === 'refused' && answer.why === 'lapsing')
        this.#hear(answer.notice ?? { kind: 'lapse', by: '', message: answer.message ?? '' })
    }
  }

  #hear(notice: Notice): void {
    if (notice.kind === 'lapse' && !this.#lapsing) {
      this.#lapsing = true
      this.#look()
    }
    if (this.notice) return
    this.notice = notice
    const code = notice.kind === 'ask' ? 'asked' : 'lapsing'
    const what = notice.kind === 'ask' ? 'wants it back' : 'lets it lapse'
    const says = `${notice.by || 'An operator'} ${what}${notice.message ? `: ${notice.message}` : '.'}`
    this.#abort(new LockError(code, `${this.name}: ${says}`, { lock: this.name }))
  }

  #abort(reason: LockError): void {
    this.#reason ??= reason
    this.#controller?.abort(reason)
  }

  #lose(why: string): void {
    if (this.#ended) return
    this.#end()
    this.#lost = new LockError('lost', `The hold of ${this.name} is lost: ${why}.`, { lock: this.name })
    this.#abort(this.#lost)
    this.#means.background.run(this.#giveBack('all'))
  }

  #end(): void {
    this.#ended = true
    this.#callOff()
    this.#means.renewals.remove(this)
    this.#means.holds.delete(this)
  }

  #giveBack(enough: 'majority' | 'all'): Promise<void> {
    const { ref, earlier, ballots } = this.#granted
    return takeBack(ref, [...earlier, ...ballots], this.#means, { enough, renewedUntil: this.#renewedUntil })
  }
}
