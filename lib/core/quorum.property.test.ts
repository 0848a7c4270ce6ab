import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Answer } from './node.ts'
import { decide, majorityOf, tallyOf } from './quorum.ts'

const granted: Answer = { outcome: 'granted', fence: null }
const silent: Answer = { outcome: 'unknown', why: 'silent', maybeDone: true }
const refusal = (why: 'held' | 'quarantined'): Answer => ({
  outcome: 'refused',
  why,
  holder: null,
  place: null,
  remainingMs: null,
})
const held = refusal('held')
const answer = fc.constantFrom<Answer | null>(granted, held, refusal('quarantined'), silent, null)
const answers = fc.array(answer, { minLength: 1, maxLength: 9 })
const decision = (all: readonly (Answer | null)[]) => decide(tallyOf(all))

test('any two majorities of the same nodes share one of them', () => {
  const pair = fc.integer({ min: 1, max: 9 }).chain((nodes) => {
    const size = { minLength: majorityOf(nodes), maxLength: majorityOf(nodes) }
    const majority = fc.shuffledSubarray([...Array(nodes).keys()], size)
    return fc.tuple(majority, majority)
  })
  fc.assert(
    fc.property(pair, ([one, other]) => {
      expect(one.some((node) => other.includes(node))).toBe(true)
    }),
  )
})

test('a minority is never enough, whoever answers first', () => {
  fc.assert(
    fc.property(answers, (all) => {
      const yes = all.filter((one) => one === granted).length
      if (yes < majorityOf(all.length)) expect(decision(all)).not.toBe('granted')
    }),
  )
})

test('of two who ask at once at most one is granted, since a node grants to one of them only', () => {
  const votes = fc.array(fc.constantFrom('one', 'other', 'nobody'), { minLength: 1, maxLength: 9 })
  const unclear = fc.array(fc.constantFrom(held, silent, null), { minLength: 9, maxLength: 9 })
  fc.assert(
    fc.property(votes, unclear, (all, rest) => {
      const seenBy = (who: string) => all.map((vote, at) => (vote === who ? granted : (rest[at] ?? null)))
      const both = [decision(seenBy('one')), decision(seenBy('other'))]
      expect(both.filter((each) => each === 'granted').length).toBeLessThanOrEqual(1)
    }),
  )
})

test('what is called refused stays so, even if every silent node granted', () => {
  fc.assert(
    fc.property(answers, (all) => {
      if (decision(all) !== 'refused') return
      const atBest = all.map((one) => (one === null || one === silent ? granted : one))
      expect(decision(atBest)).toBe('refused')
    }),
  )
})

test('silence in the place of a refusal never makes it more refused', () => {
  fc.assert(
    fc.property(answers, fc.nat(8), (all, at) => {
      const quieter = all.map((one, index) => (index === at && one === held ? silent : one))
      if (decision(all) !== 'refused') expect(decision(quieter)).not.toBe('refused')
    }),
  )
})

test('when all have answered or had their time, it is decided', () => {
  fc.assert(
    fc.property(answers, (all) => {
      const complete = all.map((one) => one ?? silent)
      expect(decision(complete)).not.toBeNull()
    }),
  )
})
