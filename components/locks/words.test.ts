import { describe, expect, test } from 'vitest'
import { at, NOW, sampleHolder, sampleLock } from '../testing/sample.ts'
import { COLUMNS, type Column, DEFAULT_SORT, nextSort } from './columns.ts'
import {
  countWords,
  heldFor,
  holderWords,
  incompleteWords,
  leftOf,
  leftOfLock,
  nameParts,
  searchedWords,
  shortFence,
  waitedWords,
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

test('waits whose beginning is not known add up to nothing, not to zero', () => {
  const waiter = (since: string | null) => ({ label: 'cron', identity: null, tokenDigest: `${since}`, since })
  const waiting = (...list: ReturnType<typeof waiter>[]) =>
    sampleLock({ waiters: { known: true, count: list.length, list } })
  expect(waitedWords(waiting(waiter(null)), NOW)).toBe('since when is not known')
  expect(plain(waitedWords(waiting(waiter(null), waiter(at(-2_000))), NOW))).toBe(
    'waited at least 2.0 s in all',
  )
})

test('the matching are never more than all, and without a filter nothing matches', () => {
  expect(countWords({ total: 105, of: 104 }, '')).toEqual({ matching: '105', of: 'locks' })
  expect(countWords({ total: 3, of: 104 }, 'orders', 110).of).toBe('of 110 match')
  expect(countWords({ total: 105, of: 104 }, 'jobs', 104).of).toBe('of 105 match')
})

test('a first click on a column of times or counts has the most at the top', () => {
  const column = (id: string) => COLUMNS.find((one) => one.id === id) as Column
  const clicks = (id: string) => {
    const first = nextSort(DEFAULT_SORT, column(id))
    return [first, nextSort(first, column(id)), nextSort(nextSort(first, column(id)), column(id))]
  }
  expect(clicks('held')).toEqual(['-held', 'held', DEFAULT_SORT])
  expect(clicks('name')).toEqual(['name', '-name', DEFAULT_SORT])
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
  expect(plain(waitedWords(lock, NOW))).toBe('waited 6.0 s in all')
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
