import fc from 'fast-check'
import type { FleetEvent, NewEvent } from '../fleet/event.ts'
import type { LockState } from '../fleet/states.ts'

export const START = Date.parse('2026-01-01T00:00:00.000Z')
const LOCKS = ['l1', 'l2', 'l3']
const TOKENS = ['a', 'b', 'c']

interface Model {
  holders: Set<string>
  waiters: Set<string>
}

export const numbered = (events: readonly NewEvent[], from = 1): FleetEvent[] =>
  events.map((event, at) => ({ seq: String(from + at), ...event }))

/** Events of a few locks as a reducer would tell them: whoever ends had begun, and each event tells the state after it. */
export function story({ length = 80, gapMs = 700 } = {}): fc.Arbitrary<NewEvent[]> {
  const step = fc.record({
    lock: fc.constantFrom(...LOCKS),
    token: fc.constantFrom(...TOKENS),
    does: fc.constantFrom('grant', 'renew', 'end', 'wait', 'leave', 'state'),
    end: fc.constantFrom<NewEvent['kind']>('released', 'expired', 'ended', 'forced'),
    gapMs: fc.nat(gapMs),
  })
  return fc.array(step, { maxLength: length }).map((steps) => {
    const models = new Map<string, Model>(
      LOCKS.map((lock) => [lock, { holders: new Set(), waiters: new Set() }]),
    )
    let at = START
    return steps.flatMap(({ lock, token, does, end, gapMs: gap }) => {
      at += gap
      const model = models.get(lock)
      const kind = model ? happens(model, token, does, end) : null
      if (!model || !kind) return []
      return [eventOf(new Date(at).toISOString(), kind, lock, kind === 'state' ? null : token, model)]
    })
  })
}

function happens(model: Model, token: string, does: string, end: NewEvent['kind']): NewEvent['kind'] | null {
  const { holders, waiters } = model
  if (does === 'state') return 'state'
  if (does === 'renew') return holders.has(token) ? 'renewed' : null
  if (does === 'end') return holders.delete(token) ? end : null
  if (does === 'leave') return waiters.delete(token) ? 'gave-up' : null
  if (holders.has(token)) return null
  if (does === 'grant') {
    waiters.delete(token)
    holders.add(token)
    return 'granted'
  }
  if (waiters.has(token)) return null
  waiters.add(token)
  return 'waiting'
}

function eventOf(
  at: string,
  kind: NewEvent['kind'],
  lock: string,
  token: string | null,
  { holders, waiters }: Model,
): NewEvent {
  const state: LockState = holders.size > 0 ? 'held' : waiters.size > 0 ? 'waiting' : 'free'
  return {
    ...{ at, kind, backend: 'b', lock, lockName: `name of ${lock}`, node: null },
    ...{ tokenDigest: token, label: token && `${token}@host`, fence: null, waiters: waiters.size, state },
  }
}

/** How one lock stood, without what a record can't know. */
export interface Standing {
  lock: string
  state: LockState
  waiters: number | null
  holders: string[]
}

/** What is left at the end of a story, told by other means than a fold. */
export function standingsOf(events: readonly NewEvent[]): Standing[] {
  return LOCKS.flatMap((lock) => {
    const ours = events.filter((event) => event.lock === lock)
    const last = ours.at(-1)
    if (!last?.state || last.state === 'free') return []
    const holders = TOKENS.filter((token) => {
      const told = ours.filter((event) => event.tokenDigest === token && !ASIDE.has(event.kind))
      return told.at(-1)?.kind === 'granted'
    })
    const labels = holders.map((token) => `${token}@host`)
    return [{ lock, state: last.state, waiters: last.waiters, holders: labels }]
  })
}

const ASIDE: ReadonlySet<string> = new Set(['renewed', 'waiting', 'gave-up'])

/** Whether somebody looks at the stories' backend. */
export const looking = (at: number, kind: 'observing' | 'not-observing' = 'observing'): NewEvent => ({
  at: new Date(at).toISOString(),
  kind,
  ...{ backend: kind === 'observing' ? 'b' : null, lock: null, lockName: null, node: null },
  ...{ tokenDigest: null, label: null, fence: null, waiters: null },
})
