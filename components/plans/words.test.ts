import { describe, expect, test } from 'vitest'
import { at, NOW, sampleHolder, sampleLock, samplePlan } from '../testing/sample.ts'
import { differences, lettersLeft, lifeWords, nextWords, restWords, whyName } from './words.ts'

const plain = (text: string) => text.replaceAll('\u00a0', ' ')

describe('a plan in words', () => {
  test('counts what is left alone and out of reach, and says whether the rest is a majority', () => {
    const plan = samplePlan()
    const effects = plan.effects.map((effect, i) => ({
      ...effect,
      effect: (['delete', 'delete', 'delete', 'leave', 'out-of-reach'] as const)[i] ?? 'delete',
    }))
    expect(restWords({ ...plan, effects })).toBe('1 left alone, 1 out of reach, 3 of 5 is a majority')
  })

  test('warns when too few nodes can be reached for anybody to get it', () => {
    const plan = samplePlan()
    const effects = plan.effects.map((effect, i) => ({
      ...effect,
      effect: i < 2 ? ('delete' as const) : ('out-of-reach' as const),
    }))
    expect(restWords({ ...plan, effects })).toContain('2 of 5 is no majority')
  })

  test('tells a silent holder from one at work by its last renewal', () => {
    const plan = samplePlan({ typeName: null })
    expect(plain(lifeWords(plan, NOW))).toBe('silent 2 m 34 s')
    expect(plain(lifeWords({ ...plan, alive: true }, NOW))).toBe('renewed 2 m 34 s ago')
    expect(lifeWords({ ...plan, typeName: 'orders/42' }, NOW)).toBe('not known if alive')
  })

  test('names who is next, or says that nobody can know', () => {
    const waiter = { label: 'checkout-api', identity: null, tokenDigest: 'w', since: at(-1_000) }
    const waiters = { known: true as const, count: 14, list: [waiter] }
    expect(nextWords({ next: waiter, lock: sampleLock({ waiters }) })).toEqual({
      who: 'checkout-api',
      note: 'first in line, 13 others behind it',
    })
    expect(nextWords({ next: null, lock: sampleLock({ waiters: { known: false } }) }).who).toBe(
      'whoever asks next',
    )
  })

  test('asks for the name of a live holder, and says why', () => {
    expect(whyName({ ...samplePlan(), alive: true })).toContain('is alive')
    expect(whyName({ ...samplePlan(), typeName: null })).toContain('one confirmation is enough')
  })
})

test('the name counts down as it is typed, and a wrong letter is told', () => {
  expect(lettersLeft('orders/42', 'orders/')).toBe('2 letters left')
  expect(lettersLeft('orders/42', 'orders/4')).toBe('1 letter left')
  expect(lettersLeft('orders/42', 'order-')).toBe('not the name')
  expect(lettersLeft('orders/42', 'orders/42')).toBeNull()
})

test('then and now are compared line by line', () => {
  const was = sampleLock()
  const is = sampleLock({ holders: [sampleHolder({ label: 'worker-4', tokenDigest: 'ffff000011112222' })] })
  const changed = differences(was, is).filter((line) => line.was !== line.is)
  expect(changed.map((line) => line.what)).toEqual(['Held by', 'Token'])
})
