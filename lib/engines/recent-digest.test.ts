import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createDigest } from './digest.ts'
import { recentDigest } from './recent-digest.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a digest is made once for all voters that have the token, whether it comes as bytes or as a text', () => {
  const made = vi.fn(createDigest('secret', 22))
  const digest = recentDigest(made)
  for (const token of ['tökén', Buffer.from('tökén'), new Uint8Array(Buffer.from('tökén'))])
    expect(digest(token)).toBe(createDigest('secret', 22)('tökén'))
  expect(made).toHaveBeenCalledTimes(1)
  expect(digest(Buffer.from('tökén', 'latin1'))).not.toBe(digest('tökén'))
})

test('tokens are not kept for long, and long ones not at all', () => {
  const made = vi.fn(createDigest('secret', 22))
  const digest = recentDigest(made)
  const ask = (token: string) => {
    digest(token)
    return made.mock.calls.length
  }
  expect([ask('a'), ask('a')]).toEqual([1, 1])
  vi.advanceTimersByTime(10_001)
  expect(vi.getTimerCount()).toBe(0)
  expect(ask('a')).toBe(2)
  const long = 'x'.repeat(200)
  expect([ask(long), ask(long)]).toEqual([3, 4])
})
