import { expect, test } from 'vitest'
import { InvalidFence } from './fence.ts'
import { fenceHeader, readFenceHeader } from './fence-header.ts'

const FENCE = '1700000000000001'

test('a fence arrives as it was sent, whichever kind of headers the handler has', () => {
  const request = new Request('http://localhost', { headers: fenceHeader(FENCE) })
  expect(readFenceHeader(request.headers)).toBe(FENCE)
  expect(readFenceHeader({ 'lock-fence': FENCE })).toBe(FENCE)
})

test('a request without a fence is no request of a holder', () => {
  expect(() => readFenceHeader(new Headers())).toThrow(InvalidFence)
  expect(() => readFenceHeader({})).toThrow('the request has no Lock-Fence')
})

test('two fences, or what is no number, are refused', () => {
  const twice = new Headers([
    ['Lock-Fence', '1'],
    ['Lock-Fence', '2'],
  ])
  for (const headers of [
    twice,
    { 'lock-fence': ['1', '2'] },
    { 'lock-fence': '1, 2' },
    { 'lock-fence': 'x' },
  ]) {
    expect(() => readFenceHeader(headers)).toThrow(InvalidFence)
  }
})

test('a hold without a fence sends none', () => {
  expect(() => fenceHeader(null)).toThrow(InvalidFence)
})
