import type { Clock } from './clock.ts'
import type { Answer, Ask, HoldRef, LockNode, Order, Renewal, WaitRef } from './node.ts'
import { Ballot } from './vote.ts'

interface Items {
  attempt: Ask
  renew: Renewal
  release: HoldRef
  queue: WaitRef
  leave: WaitRef
  order: Order
}
export type Command = keyof Items
export type Item<C extends Command> = Items[C]

/** The way to one node. What is sent in one turn of the event loop goes there as one command. */
export interface Line {
  readonly node: LockNode
  /** `heard` is called once: when the node has answered, or has not within `withinMs`. */
  send<C extends Command>(
    command: C,
    item: Item<C>,
    withinMs: number,
    heard: ((ballot: Ballot) => void) | null,
  ): Ballot
  /** Watches no deadline any more: whoever still waits has gone on. */
  close(): void
}

/**
 * Larger batches keep a single-threaded store from everybody else for too long; and two small ones travel while one large
 * one is still being made.
 */
const LARGEST: Record<Command, number> = {
  attempt: 32,
  renew: 250,
  release: 32,
  queue: 128,
  leave: 128,
  order: 16,
}
const NO_ANSWER: Answer = { outcome: 'unknown', why: 'an empty answer', maybeDone: true }

export function createLine(node: LockNode, clock: Clock): Line {
  const waiting = new Map<Command, { items: Items[Command][]; ballots: Ballot[] }>()
  const watched = new Set<() => void>()

  const flush = (command: Command) => {
    const batch = waiting.get(command)
    waiting.delete(command)
    if (!batch) return
    const largest = LARGEST[command]
    for (let at = 0; at < batch.items.length; at += largest)
      carry(command, batch.items.slice(at, at + largest), batch.ballots.slice(at, at + largest))
  }
  const carry = (command: Command, items: Items[Command][], ballots: Ballot[]) => {
    const callOff = watchDeadlines(ballots, clock)
    watched.add(callOff)
    const hear = (answerTo: (at: number) => Answer) => {
      callOff()
      watched.delete(callOff)
      for (let at = 0; at < ballots.length; at++) ballots[at]?.hear(answerTo(at))
    }
    const send = node[command] as (items: readonly Items[Command][]) => Promise<Answer[]>
    promised(() => send.call(node, items)).then(
      (answers) => hear((at) => answers[at] ?? NO_ANSWER),
      (error: unknown) => hear(() => failed(error)),
    )
  }
  return {
    node,
    send(command, item, withinMs, heard) {
      const ballot = new Ballot(node, clock.now(), withinMs, heard)
      if (command === 'attempt') ballot.queues = (item as Ask).heartbeatMs !== null
      const batch = waiting.get(command)
      if (batch) {
        batch.items.push(item)
        batch.ballots.push(ballot)
      } else {
        waiting.set(command, { items: [item], ballots: [ballot] })
        queueMicrotask(() => flush(command))
      }
      return ballot
    },
    close() {
      for (const callOff of watched) callOff()
      watched.clear()
    },
  }
}

/** Gives up each ballot at its time, with one timer at a time; returns how to call it off. */
function watchDeadlines(ballots: readonly Ballot[], clock: Clock): () => void {
  let callOff = () => {}
  const watch = () => {
    let next = Number.POSITIVE_INFINITY
    for (const { answer, sentAt, withinMs } of ballots) if (!answer) next = Math.min(next, sentAt + withinMs)
    if (next === Number.POSITIVE_INFINITY) return
    callOff = clock.after(next - clock.now(), () => {
      const now = clock.now()
      for (const ballot of ballots) if (ballot.sentAt + ballot.withinMs <= now) ballot.giveUp()
      watch()
    })
  }
  watch()
  return () => callOff()
}

/** A node that throws instead of answering has not answered. */
function promised(send: () => Promise<Answer[]>): Promise<Answer[]> {
  try {
    return send()
  } catch (error) {
    return Promise.reject(error)
  }
}

const failed = (error: unknown): Answer => ({
  outcome: 'unknown',
  why: error instanceof Error ? error.message : String(error),
  maybeDone: true,
})
