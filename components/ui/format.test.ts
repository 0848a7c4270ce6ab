import { describe, expect, test } from 'vitest'
import {
  absolute,
  clock,
  counted,
  digits,
  duration,
  latency,
  moment,
  offset,
  shortDigest,
  spoken,
} from './format.ts'

const plain = (text: string) => text.replaceAll('\u00a0', ' ')

describe('durations', () => {
  test.each([
    [-5, '0.0 s'],
    [0, '0.0 s'],
    [499, '0.4 s'],
    [9_999, '9.9 s'],
    [10_000, '10 s'],
    [41_000, '41 s'],
    [59_999, '59 s'],
    [60_000, '1 m'],
    [354_000, '5 m 54 s'],
    [15_120_000, '4 h 12 m'],
    [86_400_000, '1 d'],
    [1_656_000_000, '19 d 4 h'],
  ])('%d ms is %s', (ms, said) => expect(plain(duration(ms))).toBe(said))

  test('never promise more time than there is', () => {
    expect(plain(duration(1_990))).toBe('1.9 s')
  })
})

test('latencies keep a decimal while they are small', () => {
  expect([0.62, 9.94, 18.4, 1_240].map((ms) => plain(latency(ms)))).toEqual([
    '0.6 ms',
    '9.9 ms',
    '18 ms',
    '1.2 s',
  ])
})

test('clock offsets carry their sign, and zero has none', () => {
  expect([3, -2.2, 0.3, 542_000].map((ms) => plain(offset(ms)))).toEqual([
    '+3 ms',
    '−2 ms',
    '0 ms',
    '+9 m 2 s',
  ])
})

test('64-bit numbers are grouped without losing a digit', () => {
  expect(digits('9007199254740993001')).toBe('9,007,199,254,740,993,001')
  expect(digits('412')).toBe('412')
})

test('one of a thing is not many of it', () => {
  expect([counted(1, 'lock'), counted(1_311, 'lock'), counted(0, 'try', 'tries')]).toEqual([
    '1 lock',
    '1,311 locks',
    '0 tries',
  ])
})

test('times are UTC, and another day is named', () => {
  const at = Date.parse('2026-11-21T03:14:22.123Z')
  expect(clock(at)).toBe('03:14:22')
  expect(absolute(at)).toBe('2026-11-21 03:14:22.123 UTC')
  expect(moment(at, at + 60_000)).toBe('03:14:22')
  expect(moment(at, at + 86_400_000)).toBe('21 Nov 03:14')
})

test('lists are said as one says them', () => {
  expect([spoken([]), spoken(['r1']), spoken(['r1', 'r4']), spoken(['a', 'b', 'c'])]).toEqual([
    '',
    'r1',
    'r1 and r4',
    'a, b and c',
  ])
})

test('a digest is told by its ends', () => {
  expect(shortDigest('9c1e00112233445566774b07')).toBe('9c1e…4b07')
})
