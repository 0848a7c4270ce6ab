import { LockError } from './errors.ts'
import type { Means } from './means.ts'
import type { Order } from './node.ts'
import { checkName } from './request.ts'
import { askAll } from './round.ts'
import { type Vote, votesOf } from './vote.ts'

export interface Ordered {
  /** A majority has stored it. Otherwise it may or may not hold anybody up. */
  inForce: boolean
  votes: readonly Vote[]
}

/** What may be laid on a name by those who look after it. */
export interface Orders {
  /** Nobody is granted it for so long. Whoever holds it now keeps it, and is renewed. */
  freeze(name: string, order: { forMs: number; message: string; by?: string }): Promise<Ordered>
  unfreeze(name: string): Promise<Ordered>
  /** The same as freezing, short and nameless: until a holder that was cut off has certainly stopped. */
  holdBack(name: string, order: { forMs: number }): Promise<Ordered>
  /** Asks whoever holds it to let go: its signal aborts, its hold stays good. */
  ask(name: string, order: { message: string; by?: string }): Promise<Ordered>
  /** Whoever holds it is not renewed any more. */
  lapse(name: string, order: { message: string; by?: string }): Promise<Ordered>
}

const LONGEST_MS = 24 * 60 * 60 * 1_000

export function createOrders(means: Means, assertOpen: (name: string) => void): Orders {
  const { service, host } = means.owner
  const us = `${service}@${host}`
  const give = async (order: Order): Promise<Ordered> => {
    assertOpen(order.name)
    checkName(order.name)
    if ('forMs' in order) checkDuration(order.name, order.forMs)
    const withinMs = means.nodeTimeoutMs(means.maxTtlMs)
    const round = await askAll(means.lines, 'order', order, withinMs)
    await round.complete
    return { inForce: round.decision === 'granted', votes: votesOf(round.ballots) }
  }
  return {
    freeze: (name, { forMs, message, by = us }) => give({ act: 'freeze', name, forMs, by, message }),
    unfreeze: (name) => give({ act: 'unfreeze', name }),
    holdBack: (name, { forMs }) => give({ act: 'hold-back', name, forMs }),
    ask: (name, { message, by = us }) => give({ act: 'ask', name, token: null, by, message }),
    lapse: (name, { message, by = us }) => give({ act: 'lapse', name, token: null, by, message }),
  }
}

function checkDuration(lock: string, forMs: number): void {
  if (Number.isSafeInteger(forMs) && forMs > 0 && forMs <= LONGEST_MS) return
  throw new LockError(
    'invalid',
    `It is closed for a whole number of milliseconds, at most a day; not ${forMs}.`,
    {
      lock,
      hint: 'Pass forMs, e.g. 60_000.',
    },
  )
}
