import fc from 'fast-check'
import type { Ask, HoldRef, Order, Renewal, WaitRef } from '../../core/node.ts'
import type { Owner } from '../../core/owner.ts'

/** What is done to a server: through its node, or, with `end-` and `lose-`, behind its back. */
export type Step =
  | { do: 'attempt'; asks: Ask[] }
  | { do: 'renew'; holds: Renewal[] }
  | { do: 'release'; holds: HoldRef[] }
  | { do: 'queue' | 'leave'; waits: WaitRef[] }
  | { do: 'order'; orders: Order[] }
  | { do: 'read'; names: string[] }
  | { do: 'end-hold' | 'end-wait'; name: string; token: string }
  | { do: 'end-gate'; name: string; gate: 'freeze' | 'hold-back' }
  | { do: 'lose-memory' | 'bootstrap' | 'end-quarantine' }

export const HOUR_MS = 3_600_000
export const QUARANTINE_MS = 30 * HOUR_MS

export const NAMES = ['a', 'b', 'c d}:{"ü']
export const OWNERS: Owner[] = [
  { service: 'one', host: 'h1', pid: 1, process: 'p1' },
  { service: 'zwei "ü"', host: 'h2', pid: 2, process: 'p2', version: '2', labels: { a: '}{' } },
]
const TOKENS = ['1', '2', '3', '4', '5'].map((digit) => digit.repeat(32))

/** Instead of a fence, where it lies in ms from when the script is begun; a voter follows half a second either way. */
export const FENCES = { past: -HOUR_MS, behind: -200, ahead: 400, beyond: HOUR_MS } as const
const FENCE_NAMES = Object.keys(FENCES)

const name = fc.constantFrom(...NAMES)
const secret = fc.constantFrom(...TOKENS)
/** So long that nothing ends by itself, so far apart that it shows which one counts. */
const durationMs = fc.constantFrom(10 * HOUR_MS, 20 * HOUR_MS)
const owner = fc.constantFrom(...OWNERS)
const process = fc.constantFrom(...OWNERS.map((one) => one.process))
const fence = fc.constantFrom(...FENCE_NAMES)
const words = fc.constantFrom('', 'migration "ü"\n}')
const only = <const T>(value: T): fc.Arbitrary<T> => fc.constant(value)
const batch = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 3 })

/** Where somebody sits is said afterwards: by the token. */
const ANYWHERE = { permits: only(1), slot: only(null) }

const order = fc.oneof(
  fc.record({ act: only('freeze'), name, forMs: durationMs, by: words, message: words }),
  fc.record({ act: only('unfreeze'), name }),
  fc.record({ act: only('hold-back'), name, forMs: durationMs }),
  fc.record({
    ...{ act: fc.constantFrom('ask', 'lapse'), name, token: fc.option(secret), by: words, message: words },
  }),
) as fc.Arbitrary<Order>

function stepOf(votes: boolean): fc.Arbitrary<Step> {
  const who = { name, token: secret, ttlMs: durationMs, ...ANYWHERE }
  const ask = fc.record({
    ...{ ...who, owner, alone: only(!votes), withinMs: only(60_000), minReplicas: only(0) },
    heartbeatMs: votes ? only(null) : fc.option(durationMs),
    proposal: votes ? fence : only(null),
  })
  const hold = fc.record({ ...who, process })
  const renewal = fc.record({ ...who, process, raiseTo: votes ? fc.option(fence) : only(null) })
  const wait = fc.record({ name, ticket: secret, heartbeatMs: durationMs, owner, permits: only(1) })
  return fc.oneof(
    { weight: 24, arbitrary: fc.record({ do: only('attempt'), asks: batch(ask) }) },
    { weight: 5, arbitrary: fc.record({ do: only('renew'), holds: batch(renewal) }) },
    { weight: 12, arbitrary: fc.record({ do: only('release'), holds: batch(hold) }) },
    {
      weight: votes ? 10 : 0,
      arbitrary: fc.record({ do: fc.constantFrom('queue', 'leave'), waits: batch(wait) }),
    },
    { weight: 5, arbitrary: fc.record({ do: only('order'), orders: batch(order) }) },
    { weight: 4, arbitrary: fc.record({ do: only('read'), names: batch(name) }) },
    { weight: 8, arbitrary: fc.record({ do: fc.constantFrom('end-hold', 'end-wait'), name, token: secret }) },
    {
      weight: 4,
      arbitrary: fc.record({ do: only('end-gate'), name, gate: fc.constantFrom('freeze', 'hold-back') }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constantFrom('lose-memory', 'bootstrap', 'end-quarantine') }),
    },
  ) as fc.Arbitrary<Step>
}

/** What a token asks for. It never changes, as with a client. */
interface Seat {
  permits: number
  slot: number | null
}

/** Mostly of one kind, or they would never share. */
const permits = fc.constantFrom(1, 1, 1, 1, 2, 2, 2, 3)

const seatOf = (votes: boolean): fc.Arbitrary<Seat> =>
  fc
    .tuple(permits, fc.nat({ max: 2 }))
    .map(([count, slot]) => ({ permits: count, slot: votes && count > 1 ? slot % count : null }))

function seated(step: Step, seats: readonly Seat[]): Step {
  const seatFor = (token: string) => seats[TOKENS.indexOf(token)]
  switch (step.do) {
    case 'attempt':
      return { ...step, asks: step.asks.map((ask) => ({ ...ask, ...seatFor(ask.token) })) }
    case 'renew':
      return { ...step, holds: step.holds.map((hold) => ({ ...hold, ...seatFor(hold.token) })) }
    case 'release':
      return { ...step, holds: step.holds.map((hold) => ({ ...hold, ...seatFor(hold.token) })) }
    case 'queue':
    case 'leave': {
      const waits = step.waits.map((wait) => ({ ...wait, permits: seatFor(wait.ticket)?.permits ?? 1 }))
      return { ...step, waits }
    }
    default:
      return step
  }
}

/** What a lone node, or a voter, may live through. */
export const scripts = (votes: boolean): fc.Arbitrary<Step[]> =>
  fc
    .tuple(
      fc.array(stepOf(votes), { minLength: 1, maxLength: 30, size: 'max' }),
      fc.array(seatOf(votes), { minLength: TOKENS.length, maxLength: TOKENS.length }),
    )
    .map(([steps, seats]) => steps.map((step) => seated(step, seats)))
