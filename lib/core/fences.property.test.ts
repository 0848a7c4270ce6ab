import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Clock } from './clock.ts'
import { agreeOn, createFences } from './fences.ts'
import type { Answer, LockNode } from './node.ts'
import { majorityOf } from './quorum.ts'
import { Ballot } from './vote.ts'

/*
 * A quorum in short: voters that answer max(last + 1, own time - allowance, proposal), and forget a proposal that is beyond
 * their own time + allowance. Clocks are anywhere, answers are lost anywhere, and no voter forgets.
 */
const ALLOWANCE_US = 500_000
const NODE = {} as LockNode
const VOTERS = 5

interface Round {
  client: number
  /** Which voters the ask reaches, which of them are heard, and which the writing back reaches. */
  reached: boolean[]
  heard: boolean[]
  written: boolean[]
  passedMs: number
}

const mostly = fc.oneof(
  { weight: 4, arbitrary: fc.constant(true) },
  { weight: 1, arbitrary: fc.constant(false) },
)
const each = fc.array(mostly, { minLength: VOTERS, maxLength: VOTERS })
const round = fc.record<Round>({
  client: fc.nat(2),
  reached: each,
  heard: each,
  written: each,
  passedMs: fc.nat(300),
})
/** Together, or seconds apart: far more than the allowance. */
const skewMs = fc.oneof(fc.constant(0), fc.integer({ min: -5_000, max: 5_000 }))
const START_MS = 1_700_000_000_000

function grants(
  rounds: Round[],
  voterSkews: number[],
  clientSkews: number[],
): { fence: number; stored: boolean }[] {
  let nowMs = START_MS
  const last = Array<number>(VOTERS).fill(0)
  const fencesOf = clientSkews.map((skew) => createFences({ wall: () => nowMs + skew } as Clock))
  const given: { fence: number; stored: boolean }[] = []
  for (const { client, reached, heard, written, passedMs } of rounds) {
    nowMs += passedMs
    const fences = fencesOf[client]
    if (!fences) continue
    const proposal = fences.propose()
    const ballots = last.map((before, at) => {
      const ballot = new Ballot(NODE, 0, 0, null)
      if (!reached[at]) return ballot
      const us = (nowMs + (voterSkews[at] ?? 0)) * 1_000
      const proposed = Number(proposal) <= us + ALLOWANCE_US ? Number(proposal) : 0
      last[at] = Math.max(before + 1, us - ALLOWANCE_US, proposed)
      const answer: Answer = { outcome: 'granted', fence: String(last[at]) }
      if (heard[at]) ballot.hear(answer)
      return ballot
    })
    const yes = ballots.filter(({ answer }) => answer?.outcome === 'granted').length
    if (yes < majorityOf(VOTERS)) continue
    const { fence, stored } = agreeOn(proposal, ballots)
    fences.saw(fence)
    if (!stored) {
      for (const [at, isWritten] of written.entries())
        if (isWritten) last[at] = Math.max(last[at] ?? 0, Number(fence))
      if (written.filter(Boolean).length < majorityOf(VOTERS)) continue
    }
    given.push({ fence: Number(fence), stored })
  }
  return given
}

const skews = (count: number) => fc.array(skewMs, { minLength: count, maxLength: count })

test('fences grow from hold to hold, however far clocks are apart and whoever is not heard', () => {
  fc.assert(
    fc.property(fc.array(round, { maxLength: 60 }), skews(VOTERS), skews(3), (rounds, voters, clients) => {
      const fences = grants(rounds, voters, clients).map(({ fence }) => fence)
      for (const [at, fence] of fences.entries()) {
        if (at > 0) expect(fence).toBeGreaterThan(fences[at - 1] ?? 0)
      }
    }),
    { numRuns: 500 },
  )
})

test('where clocks agree one round is enough: nothing has to be written back', () => {
  const all = Array<boolean>(VOTERS).fill(true)
  const calm = fc.record<Round>({
    client: fc.nat(2),
    reached: fc.constant(all),
    heard: fc.constant(all),
    written: fc.constant(all),
    passedMs: fc.integer({ min: 1, max: 300 }),
  })
  const none = Array<number>(VOTERS).fill(0)
  fc.assert(
    fc.property(fc.array(calm, { minLength: 1, maxLength: 20 }), (rounds) => {
      const given = grants(rounds, none, [0, 0, 0])
      expect(given.length).toBe(rounds.length)
      expect(given.every(({ stored }) => stored)).toBe(true)
    }),
  )
})

test('a client never proposes less than what it has seen, even when its clock goes back', () => {
  const step = fc.oneof(
    fc.record({ wallMs: fc.integer({ min: 1_600_000_000_000, max: 1_800_000_000_000 }) }),
    fc.record({ saw: fc.integer({ min: 1, max: 2 ** 52 }) }),
  )
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      let wallMs = START_MS
      const fences = createFences({ wall: () => wallMs } as Clock)
      let highest = 0
      for (const one of steps) {
        if ('wallMs' in one) wallMs = one.wallMs
        else {
          fences.saw(String(one.saw))
          highest = Math.max(highest, one.saw)
        }
        const proposed = Number(fences.propose())
        expect(proposed).toBeGreaterThan(highest)
        highest = proposed
      }
    }),
  )
})
