import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Answer } from './node.ts'
import { decide, majorityOf, tallyOf } from './quorum.ts'

const refusal = (why: 'held' | 'quarantined'): Answer => ({
  outcome: 'refused',
  why,
  holder: null,
  place: null,
  remainingMs: null,
})
const answer = fc.constantFrom<Answer>(
  { outcome: 'granted', fence: null },
  refusal('held'),
  refusal('quarantined'),
  { outcome: 'unknown', why: 'silent', maybeDone: true },
)
const answers = fc.array(answer, { minLength: 1, maxLength: 9 })

test('two majorities always share a node', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 99 }), (nodes) => 2 * majorityOf(nodes) > nodes))
  expect([1, 2, 3, 4, 5].map(majorityOf)).toEqual([1, 2, 2, 3, 3])
})

test('a decision does not depend on the order of the answers, nor on what comes after it', () => {
  fc.assert(
    fc.property(answers, fc.infiniteStream(fc.nat()), (all, picks) => {
      const inOrder = [...all]
      const final = decide(tallyOf(all))
      const arrived: (Answer | null)[] = all.map(() => null)
      while (inOrder.length > 0) {
        const pick = (picks.next().value as number) % inOrder.length
        const [one] = inOrder.splice(pick, 1)
        arrived[inOrder.length] = one ?? null
        const early = decide(tallyOf(arrived))
        if (early !== null) expect(early).toBe(final)
      }
    }),
  )
})

test('it is granted exactly when a majority granted it', () => {
  fc.assert(
    fc.property(answers, (all) => {
      const granted = all.filter((one) => one.outcome === 'granted').length
      expect(decide(tallyOf(all)) === 'granted').toBe(granted >= majorityOf(all.length))
    }),
  )
})

test('silence alone never makes it refused: without the silent nodes a majority must be out of reach', () => {
  fc.assert(
    fc.property(answers, (all) => {
      const refused = all.filter((one) => one.outcome === 'refused' && one.why === 'held').length
      const outOfReach = all.length - refused < majorityOf(all.length)
      expect(decide(tallyOf(all)) === 'refused').toBe(outOfReach)
    }),
  )
})

test('it stays open while nothing is certain', () => {
  const granted: Answer = { outcome: 'granted', fence: null }
  expect(decide(tallyOf([granted, granted, null, null, null]))).toBeNull()
  expect(decide(tallyOf([granted, granted, granted, null, null]))).toBe('granted')
  expect(decide(tallyOf([refusal('held'), refusal('held'), refusal('held'), null, null]))).toBe('refused')
  const quarantined = refusal('quarantined')
  expect(decide(tallyOf([quarantined, quarantined, quarantined, null, null]))).toBeNull()
  expect(decide(tallyOf([quarantined, quarantined, quarantined, granted, granted]))).toBe('quarantined')
})
