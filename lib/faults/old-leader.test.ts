import { expect, it } from 'vitest'
import type { Entry } from './history.ts'
import { judge } from './judge.ts'
import { excludingButOldLeaders, RESUMED } from './old-leader.ts'
import { historyOf } from './oracles/golden.ts'
import type { Resource } from './resource.ts'

const overlapping = historyOf(
  { hold: 'a', asked: 1, granted: 2, until: 30 },
  { hold: 'b', asked: 3, granted: 29, until: 60 },
)

const resumedAt = (at: number): Entry => ({
  ...{ at, process: 'nemesis', op: 'mend', stage: 'ok', key: '', hold: '' },
  detail: `server 0 ${RESUMED}`,
})

const found = (history: Entry[]) =>
  excludingButOldLeaders(
    judge(history, { contents: () => new Map() } as unknown as Resource, false),
    history,
  ).map(({ says }) => says)

it('forgives an overlap right after a server went on, and the order that it makes impossible', () => {
  expect(found([...overlapping, resumedAt(28)])).toEqual([])
})

it.each([
  ['nothing stood still', []],
  ['it went on later', [resumedAt(29.5)]],
  ['it went on long before', [resumedAt(-2_500)]],
])('forgives nothing when %s', (_, more) => {
  expect(found([...overlapping, ...more])).toEqual([
    'b was granted while a still held, for 1.0 ms more',
    expect.stringContaining('no order of operations'),
  ])
})
