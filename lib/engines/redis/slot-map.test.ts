import { expect, test } from 'vitest'
import { SlotMap } from './slot-map.ts'

const ranges = [
  [0, 99, ['10.0.0.1', 6379, 'id-1', []], ['10.0.0.9', 6379, 'id-9', []]],
  [100, 100, ['', 6380, 'id-2', []]],
  [200, 16_383, ['2001:db8::1', 6381, 'id-3', []]],
]

test('knows the primary of every slot that anybody serves', () => {
  const map = new SlotMap()
  expect(map.primaryOf(0)).toBeNull()
  map.learn(ranges, 'asked')
  expect([0, 99, 100, 101, 16_383].map((slot) => map.primaryOf(slot))).toEqual([
    '10.0.0.1:6379',
    '10.0.0.1:6379',
    'asked:6380',
    null,
    '2001:db8::1:6381',
  ])
  expect(map.addresses).toEqual(['10.0.0.1:6379', 'asked:6380', '2001:db8::1:6381'])
})

test('one slot moves alone, and what is learnt anew replaces all', () => {
  const map = new SlotMap()
  map.learn(ranges, 'asked')
  map.move(7, '10.0.0.2:6379')
  expect([6, 7, 8].map((slot) => map.primaryOf(slot))).toEqual([
    '10.0.0.1:6379',
    '10.0.0.2:6379',
    '10.0.0.1:6379',
  ])
  map.learn([[0, 16_383, ['10.0.0.3', 6379, 'id-4', []]]], 'asked')
  expect(map.addresses).toEqual(['10.0.0.3:6379'])
})

test('what is not understood leaves nobody in charge', () => {
  const map = new SlotMap()
  for (const strange of [null, 'OK', [[1, 2]], [['a', 'b', null]]]) map.learn(strange, 'asked')
  expect(map.addresses).toEqual([])
})
