import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contendedLock, waitsFor } from './test-waits.ts'

const PARTIES = 7

/** Who holds each lock, and who waits for it. */
const fleet = fc.array(
  fc.record({
    holder: fc.nat(PARTIES - 1),
    waiters: fc.uniqueArray(fc.nat(PARTIES - 1), { minLength: 1, maxLength: 3 }),
  }),
  { maxLength: 9 },
)
type Fleet = { holder: number; waiters: number[] }[]

const named = (party: number) => `p${party}`
const locksOf = (all: Fleet) =>
  all.map(({ holder, waiters }, index) => contendedLock(`l${index}`, [named(holder)], waiters.map(named)))

/** By brute force: who can be reached from whom. */
function reachable(all: Fleet): boolean[][] {
  const to = Array.from({ length: PARTIES }, () => Array.from({ length: PARTIES }, () => false))
  for (const { holder, waiters } of all)
    for (const waiter of waiters) if (waiter !== holder) Object.assign(to[waiter] ?? [], { [holder]: true })
  for (let via = 0; via < PARTIES; via++)
    for (const row of to)
      for (let end = 0; end < PARTIES; end++) row[end] ||= (row[via] && to[via]?.[end]) ?? false
  return to
}

describe('who waits for whom, in any fleet', () => {
  it('finds exactly the groups in which everybody waits for everybody', () => {
    fc.assert(
      fc.property(fleet, (all) => {
        const to = reachable(all)
        const groups = new Set<string>()
        for (let one = 0; one < PARTIES; one++) {
          if (!to[one]?.[one]) continue
          const group = [...Array(PARTIES).keys()].filter((other) => to[one]?.[other] && to[other]?.[one])
          groups.add(group.map((party) => `process ${named(party)}`).join())
        }
        const found = waitsFor(locksOf(all)).cycles.map(({ parties }) => [...parties].sort().join())
        expect(found.sort()).toEqual([...groups].sort())
      }),
      { numRuns: 500 },
    )
  })

  it('counts everybody who is behind somebody, and calls heads those who wait for nobody', () => {
    fc.assert(
      fc.property(fleet, (all) => {
        const to = reachable(all)
        const seen = waitsFor(locksOf(all))
        for (const { id, downstream } of seen.parties) {
          const own = Number(id.replace('process p', ''))
          expect(downstream).toBe(to.filter((row, party) => party !== own && row[own]).length)
        }
        const heads = [...Array(PARTIES).keys()].filter(
          (party) => !to[party]?.includes(true) && to.some((row) => row[party]),
        )
        expect([...seen.heads].sort()).toEqual(heads.map((party) => `process ${named(party)}`).sort())
        expect(seen.leftOut).toEqual({ waits: 0, heads: 0, cycles: 0 })
      }),
      { numRuns: 500 },
    )
  })

  it('says the same whatever the order of the locks', () => {
    fc.assert(
      fc.property(fleet, (all) => {
        const there = waitsFor(locksOf(all))
        const back = waitsFor(locksOf(all).reverse())
        expect(back.heads).toEqual(there.heads)
        expect(back.cycles.map(({ parties }) => parties).sort()).toEqual(
          there.cycles.map(({ parties }) => parties).sort(),
        )
      }),
    )
  })
})
