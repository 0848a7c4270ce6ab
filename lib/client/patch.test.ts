import { describe, expect, test } from 'vitest'
import type { Frame } from '../fleet/frame.ts'
import type { Line, LockRow, LocksPage } from '../fleet/lock.ts'
import { type LockData, type LocksData, patchLock, patchLocks } from './patch.ts'

const NOW = '2026-11-21T03:14:22.000Z'
const line: Line = { from: NOW, spanMs: 300_000, holds: [], waiting: [], gaps: [] }

const row = (id: string, more: Partial<LockRow> = {}): LockRow => ({
  id,
  backend: 'payments',
  database: 0,
  name: id,
  nameBytes: '',
  dialect: 'lockkeeper',
  confidence: 'certain',
  kind: 'mutex',
  state: 'held',
  permits: null,
  gate: null,
  quorum: { needed: 1, of: 1 },
  holders: [],
  waiters: { known: false },
  votes: [],
  verdicts: [],
  releaseBlocked: null,
  seen: 's',
  observedAt: NOW,
  ...more,
})

const page = (items: LockRow[]): LocksPage => ({
  items,
  nextCursor: null,
  total: items.length,
  of: 9,
  observedAt: NOW,
  now: NOW,
  incomplete: [],
})

const list = (...pages: LockRow[][]): LocksData => ({ pages: pages.map(page), pageParams: [] })
const names = (data: LocksData) =>
  data.pages.map((one) => one.items.map((item) => `${item.id} ${item.state}`))

describe('a list under frames', () => {
  test('changes rows where they stand, on every page', () => {
    const { data } = patchLocks(list([row('a'), row('b')], [row('c')]), {
      changed: [row('c', { state: 'free' }), row('a', { state: 'split' })],
      gone: [],
      total: 3,
    })
    expect(names(data)).toEqual([['a split', 'b held'], ['c free']])
  })

  test('keeps what did not change the same object, so that it is not drawn again', () => {
    const before = list([row('a'), row('b')])
    const { data } = patchLocks(before, { changed: [row('b', { state: 'free' })], gone: [], total: 2 })
    expect(data.pages[0]?.items[0]).toBe(before.pages[0]?.items[0])
    expect(patchLocks(before, { changed: [], gone: ['x'], total: 2 }).data).toBe(before)
  })

  test('takes away what is gone, and counts anew', () => {
    const { data } = patchLocks(list([row('a'), row('b')]), { changed: [], gone: ['a'], total: 1 })
    expect(names(data)).toEqual([['b held']])
    expect(data.pages[0]?.total).toBe(1)
  })

  test('wants to be asked for again when a row came in that has no place yet', () => {
    const before = list([row('a')])
    expect(patchLocks(before, { changed: [row('new')], gone: [], total: 2 }).asks).toBe(true)
    expect(patchLocks(before, { changed: [row('a')], gone: [], total: 1 }).asks).toBe(false)
  })

  test('keeps the line that a frame leaves out', () => {
    const { data } = patchLocks(list([row('a', { line })]), {
      changed: [row('a', { state: 'free' })],
      gone: [],
      total: 1,
    })
    expect(data.pages[0]?.items[0]?.line).toBe(line)
  })
})

describe('one lock under frames', () => {
  const shown: LockData = { lock: row('a'), line, now: NOW, gone: false }
  const frame = (locks: Frame['locks']): Frame => ({ version: '2', now: NOW, ...(locks ? { locks } : {}) })

  test('that is gone keeps its last reading and says so', () => {
    const data = patchLock(shown, frame({ changed: [], gone: ['a'], total: 0 }))
    expect(data.gone).toBe(true)
    expect(data.lock).toBe(shown.lock)
  })

  test('comes back when it is seen again', () => {
    const gone = patchLock(shown, frame({ changed: [], gone: ['a'], total: 0 }))
    const back = patchLock(gone, frame({ changed: [row('a', { state: 'waiting' })], gone: [], total: 1 }))
    expect(back.gone).toBe(false)
    expect(back.lock.state).toBe('waiting')
  })

  test('keeps its whole name when a frame tells only how it begins', () => {
    const begun = {
      ...row('a', { name: 'a… (500 KB)', nameBytes: 'YQ==', state: 'waiting' }),
      nameSize: 500_000,
    }
    const { lock } = patchLock(shown, frame({ changed: [begun], gone: [], total: 1 }))
    expect(lock).toEqual({ ...shown.lock, state: 'waiting' })
  })

  test('is left alone by frames about others', () => {
    expect(patchLock(shown, frame({ changed: [row('b')], gone: ['c'], total: 2 }))).toBe(shown)
  })
})
