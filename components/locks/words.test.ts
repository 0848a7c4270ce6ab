import { describe, expect, test } from 'vitest'
import { at, NOW, sampleHolder, sampleLock } from '../testing/sample.ts'
import {
  heldFor,
  holderWords,
  incompleteWords,
  leftOf,
  leftOfLock,
  nameParts,
  searchedWords,
  shortFence,
  waitedMs,
  waitersByLabel,
  whereabouts,
} from './words.ts'

const plain = (text: string) => text.replaceAll('\u00a0', ' ')

test.each([
  ['orders/settle/eu-west', 'orders/settle/', 'eu-west'],
  ['job:{nightly}:lock', '', 'job:{nightly}:lock'],
  ['/locks/', '/', 'locks/'],
  ['x', '', 'x'],
])('%s is cut before its last part', (name, prefix, last) => {
  expect(nameParts(name)).toEqual({ prefix, last })
})

test('a long fence is told by its end', () => {
  expect([shortFence('48211'), shortFence('1763694862000123')]).toEqual(['48,211', '…862,000,123'])
})

describe('what is left of a TTL', () => {
  test('counts down by the age of the reading', () => {
    const left = leftOf(sampleHolder({ remainingMs: 10_000, ttlMs: 20_000 }), at(0), NOW + 4_000)
    expect(plain(left.says)).toBe('6.0 s')
    expect(left.part).toBeCloseTo(0.3)
  })

  test('never falls below zero, and an exact one that ran out is over', () => {
    expect(plain(leftOf(sampleHolder({ remainingMs: 1_000 }), at(0), NOW + 9_000).says)).toBe('0.0 s')
  })

  test('a lower bound that ran out says nothing any more', () => {
    const holder = sampleHolder({ remainingMs: 1_000, remainingIs: 'at-least' })
    expect(leftOf(holder, at(0), NOW).atLeast).toBe(true)
    expect(leftOf(holder, at(0), NOW + 9_000).is).toBe('unknown')
  })

  test('no TTL is not zero, and unknown is neither', () => {
    expect(leftOf(sampleHolder({ remainingMs: null, remainingIs: 'none' }), at(0), NOW).says).toBe('none')
    expect(leftOf(sampleHolder({ remainingMs: null, remainingIs: 'unknown' }), at(0), NOW).says).toBe(
      'unknown',
    )
    expect(leftOf(undefined, at(0), NOW).is).toBe('nothing')
  })
})

describe('a lock that too few nodes answer for', () => {
  const lock = sampleLock({ state: 'unknown' })

  test('is not said to be held: only who was seen last', () => {
    expect(holderWords(lock)).toBe('was worker-3@pay-w3')
    expect(heldFor(lock, NOW).says).toBe('unknown')
  })

  test('is not said to be free either when nobody was seen', () => {
    const nobody = sampleLock({ state: 'unknown', holders: [] })
    expect(holderWords(nobody)).toBe('unknown')
    expect(leftOfLock(nobody, NOW).is).toBe('unknown')
    expect(leftOfLock(sampleLock({ state: 'free', holders: [] }), NOW).is).toBe('nothing')
  })
})

test('a hold whose beginning was not seen is said to be at least so old', () => {
  const lock = sampleLock({ holders: [sampleHolder({ sinceIs: 'first-seen' })] })
  expect(heldFor(lock, NOW)).toMatchObject({ atLeast: true })
  expect(plain(heldFor(lock, NOW).says)).toBe('5 m 54 s')
})

test('unknown waiters add up to nothing, not to zero', () => {
  expect(waitedMs(sampleLock({ waiters: { known: false } }), NOW)).toBeNull()
})

test('waiters are summed and told by service, the most first', () => {
  const waiter = (label: string, ms: number) => ({
    label,
    identity: null,
    tokenDigest: label + ms,
    since: at(-ms),
  })
  const lock = sampleLock({
    waiters: {
      known: true,
      count: 3,
      list: [waiter('cron', 1_000), waiter('checkout', 2_000), waiter('checkout', 3_000)],
    },
  })
  expect(waitersByLabel(lock)).toBe('checkout 2, cron 1')
  expect(waitedMs(lock, NOW)).toBe(6_000)
})

test('who did not answer is named', () => {
  const incomplete = [{ backend: 'payments', nodes: ['payments/r4'] }]
  expect(incompleteWords(incomplete)).toBe('payments without r4')
  expect(searchedWords(3, incomplete)).toBe('2 of 3 backends answered in full; payments without r4.')
})

test('where a holder runs is said once', () => {
  expect(whereabouts(sampleHolder())).toBe('worker-3 on pay-w3, pid 4127')
  expect(whereabouts(sampleHolder({ identity: null, label: 'client 03W2HL' }))).toBe('client 03W2HL')
})
