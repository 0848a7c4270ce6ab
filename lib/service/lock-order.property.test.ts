import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Brief } from '../fleet/brief.ts'
import { firstOf, lockOrder, type Place } from './lock-order.ts'

const SORTS = [
  'trouble',
  'name',
  'state',
  'backend',
  'dialect',
  'kind',
  'holder',
  'held',
  'ttl',
  'waiters',
  'fence',
]
const HUGE = '99999999999999999999'

/** Few values each, so that many are equal. */
const briefOf = (id: number, mix: number): Brief => {
  const pick = <T>(step: number, ...of: T[]): T => of[Math.floor(mix / step) % of.length] as T
  return {
    ...{
      id: `id${id}`,
      name: `n${mix % 7}`,
      backend: pick(2, 'a', 'b'),
      database: 0,
      dialect: pick(3, 'x', 'y'),
    },
    ...{ confidence: 'certain', kind: pick(5, 'mutex', 'job'), state: pick(7, 'held', 'free', 'split') },
    ...{ holders: pick(11, [], ['p'], ['q', 'p']), since: pick(13, null, 5, 9), ttl: null },
    ...{ endsAt: pick(17, null, 7, Number.POSITIVE_INFINITY), waiters: pick(19, null, 0, 3) },
    ...{ fence: pick(23, null, '9', '10', HUGE), verdicts: [], severity: pick(29, null, 'risk', 'note') },
  }
}

/** What is not known comes last, whichever way round. */
function plainly([a, ...restA]: Place, [b, ...restB]: Place, direction: number): number {
  if (a === b) return String(restA[0] + restA[1]) < String(restB[0] + restB[1]) ? -1 : 1
  if (a === null || b === null) return a === null ? 1 : -1
  return a < b ? -direction : direction
}

it('the first of very many are those that sorting all of them would put there, also after a cursor', () => {
  const asked = fc.record({
    sort: fc.constantFrom(...SORTS, ...SORTS.map((sort) => `-${sort}`)),
    count: fc.nat(3_000),
    most: fc.integer({ min: 1, max: 400 }),
    seed: fc.nat(),
    after: fc.option(fc.nat(2_999), { nil: null }),
  })
  fc.assert(
    fc.property(asked, ({ sort, count, most, seed, after }) => {
      const order = lockOrder(sort)
      const briefs = Array.from({ length: count }, (_, id) => briefOf(id, (id * 7_919 + seed) % 1_000_003))
      const direction = sort.startsWith('-') ? -1 : 1
      const sorted = briefs.map((brief) => order.place(brief)).sort((a, b) => plainly(a, b, direction))
      const cursor = after === null ? null : (sorted[after] ?? null)
      const first = firstOf(order, most, cursor)
      for (const brief of briefs) first.offer(brief)
      const begins = cursor === null ? 0 : sorted.indexOf(cursor) + 1
      expect(first.take().slice(0, most)).toEqual(sorted.slice(begins, begins + most))
    }),
    { numRuns: 25 },
  )
})
