import { describe, expect, it } from 'vitest'
import { fenceDisorder } from './fence-order.ts'
import { historyOf } from './golden.ts'
import { lateAccepts, sharedFences } from './late-accept.ts'
import { notLinearizable } from './linearizable.ts'
import { notLive } from './liveness.ts'
import { lostUpdates } from './lost-update.ts'
import { overlaps } from './overlap.ts'

describe('overlap', () => {
  it('accepts holds that follow each other, by release, by loss and by time', () => {
    const history = historyOf(
      { hold: 'a', asked: 1, granted: 2, released: 10 },
      { hold: 'b', asked: 3, granted: 11, lost: 20 },
      { hold: 'c', asked: 4, granted: 21, until: 30, released: 90 },
      { hold: 'd', asked: 5, granted: 31 },
      { hold: 'e', key: 'other', asked: 1, granted: 2 },
    )
    expect(overlaps(history)).toEqual([])
  })

  it('finds the grant that came before the other one ended', () => {
    const history = historyOf(
      { hold: 'a', asked: 1, granted: 2, until: 30 },
      { hold: 'b', asked: 3, granted: 29.5, until: 60 },
    )
    expect(overlaps(history)).toEqual([
      { key: 'k', at: 29.5, says: 'b was granted while a still held, for 0.5 ms more' },
    ])
  })

  it('counts the permits', () => {
    const lives = ['a', 'b', 'c'].map((hold, at) => ({ hold, asked: at, granted: at + 0.5, permits: 2 }))
    expect(overlaps(historyOf(...lives.slice(0, 2)))).toEqual([])
    expect(overlaps(historyOf(...lives))).toHaveLength(1)
  })

  it('believes a renewal, and nothing that was told too late', () => {
    const renewed = [
      ...historyOf({ hold: 'a', asked: 1, granted: 2, until: 10 }, { hold: 'b', asked: 3, granted: 15 }),
      { at: 5, process: 'w', key: 'k', hold: 'a', op: 'renew', stage: 'ok', until: 20 } as const,
    ]
    expect(overlaps(renewed)).toHaveLength(1)
    const late = historyOf(
      { hold: 'a', asked: 1, granted: 50, until: 10 },
      { hold: 'b', asked: 3, granted: 15 },
    )
    expect(overlaps(late)).toEqual([])
  })
})

describe('late accept', () => {
  it('accepts writes in the order of the grants', () => {
    const history = historyOf(
      { hold: 'a', asked: 1, granted: 2, released: 9, fence: '7', writes: [3, 4] },
      { hold: 'b', asked: 5, granted: 10, fence: '8', writes: [11, 12] },
    )
    expect(lateAccepts(history, true)).toEqual([])
    expect(lateAccepts(history, false)).toEqual([])
  })

  it('finds a write of a stale holder even when its fence was larger', () => {
    const history = historyOf(
      { hold: 'a', asked: 1, granted: 2, until: 9, fence: '9', writes: [3, 14] },
      { hold: 'b', asked: 5, granted: 10, fence: '8', writes: [11] },
    )
    expect(lateAccepts(history, true)).toMatchObject([{ at: 14 }])
  })

  it('does not let a grant that was told too late stand in the order', () => {
    const history = historyOf(
      { hold: 'late', asked: 1, granted: 12, until: 9, fence: '8', writes: [13] },
      { hold: 'b', asked: 5, granted: 10, fence: '9', writes: [14] },
    )
    expect(lateAccepts(history, true)).toEqual([])
  })

  it('lets the holders of a semaphore write in any order', () => {
    const lives = [
      { hold: 'a', asked: 1, granted: 2, permits: 2, writes: [3, 9] },
      { hold: 'b', asked: 4, granted: 5, permits: 2, writes: [6] },
    ]
    expect(lateAccepts(historyOf(...lives), true)).toEqual([])
  })

  it('finds a write of somebody who was never granted', () => {
    expect(lateAccepts(historyOf({ hold: 'a', asked: 1, writes: [2] }), true)).toHaveLength(1)
  })

  it('finds two holds with the same fence, on one key only', () => {
    const twins = [
      { hold: 'a', asked: 1, granted: 2, released: 3, fence: '7' },
      { hold: 'b', asked: 4, granted: 5, fence: '7' },
    ]
    expect(sharedFences(historyOf(...twins))).toHaveLength(1)
    const [first, second] = twins
    expect(
      sharedFences(
        historyOf({ ...first, hold: 'a', asked: 1 }, { ...second, key: 'l', hold: 'b', asked: 4 }),
      ),
    ).toEqual([])
    const fenceless = twins.map((life) => ({ ...life, fence: null }))
    expect(sharedFences(historyOf(...fenceless))).toEqual([])
  })
})

describe('lost update', () => {
  const history = historyOf({ hold: 'a', asked: 1, granted: 2, writes: [3] })

  it('accepts that what was written is there', () => {
    expect(lostUpdates(history, new Map([['k', ['x', 'a@3']]]))).toEqual([])
  })

  it('finds what was written and is gone', () => {
    expect(lostUpdates(history, new Map([['k', ['x']]]))).toHaveLength(1)
    expect(lostUpdates(history, new Map())).toHaveLength(1)
  })
})

describe('fence order', () => {
  it('lets fences of overlapping asks come in any order', () => {
    const history = historyOf(
      { hold: 'a', asked: 1, granted: 5, fence: '9' },
      { hold: 'b', asked: 4, granted: 6, fence: '8' },
      { hold: 'c', asked: 7, granted: 8, fence: '10' },
    )
    expect(fenceDisorder(history)).toEqual([])
  })

  it('finds a fence that went down or stood still, and compares numbers, not words', () => {
    const next = (fence: string) =>
      historyOf({ hold: 'a', asked: 1, granted: 2, fence: '99' }, { hold: 'b', asked: 3, granted: 4, fence })
    expect(fenceDisorder(next('100'))).toEqual([])
    expect(fenceDisorder(next('99'))).toHaveLength(1)
    expect(fenceDisorder(next('98'))).toHaveLength(1)
  })

  it('compares with the largest of all earlier ones', () => {
    const history = historyOf(
      { hold: 'a', asked: 1, granted: 3, fence: '9' },
      { hold: 'b', asked: 2, granted: 4, fence: '5' },
      { hold: 'c', asked: 5, granted: 6, fence: '7' },
    )
    expect(fenceDisorder(history)).toMatchObject([{ at: 6 }])
  })
})

describe('linearizable', () => {
  const proving = { refusalsProve: true }

  it('accepts a lock that is handed on, also when it is seen late', () => {
    const history = historyOf(
      { hold: 'a', asked: 1, granted: 8, released: 9, gone: 15 },
      { hold: 'b', asked: 2, granted: 10, released: 30, gone: 31 },
      { hold: 'c', asked: 3, refused: 20 },
    )
    expect(notLinearizable(history, proving)).toEqual([])
  })

  it('finds a second grant before the first one let go', () => {
    const history = historyOf(
      { hold: 'a', asked: 1, granted: 2, released: 30, gone: 31 },
      { hold: 'b', asked: 3, granted: 10, released: 12, gone: 13 },
    )
    expect(notLinearizable(history, proving)).toMatchObject([
      { says: expect.stringContaining('b is granted') },
    ])
  })

  it('accepts that an unknown ask was carried out, or that it was not', () => {
    const refused = { hold: 'c', asked: 5, refused: 6 }
    expect(notLinearizable(historyOf({ hold: 'a', asked: 1 }, refused), proving)).toEqual([])
    expect(
      notLinearizable(historyOf({ hold: 'a', asked: 1 }, { hold: 'b', asked: 5, granted: 6 }), proving),
    ).toEqual([])
    expect(notLinearizable(historyOf(refused), proving)).toHaveLength(1)
  })

  it('lets an unknown ask explain only what came after it', () => {
    const history = historyOf({ hold: 'c', asked: 1, refused: 2 }, { hold: 'a', asked: 3 })
    expect(notLinearizable(history, proving)).toHaveLength(1)
    expect(notLinearizable(history, { refusalsProve: false })).toEqual([])
  })

  it('accepts that a hold which ran out lives on in the store or not', () => {
    const ranOut = { hold: 'a', asked: 1, granted: 2, until: 10 }
    expect(notLinearizable(historyOf(ranOut, { hold: 'b', asked: 11, granted: 12 }), proving)).toEqual([])
    expect(notLinearizable(historyOf(ranOut, { hold: 'b', asked: 11, refused: 12 }), proving)).toEqual([])
    expect(notLinearizable(historyOf(ranOut, { hold: 'b', asked: 7, granted: 9 }), proving)).toHaveLength(1)
  })

  it('finds one permit too many, and a refusal with one left', () => {
    const two = (hold: string, asked: number) => ({ hold, asked, granted: asked + 1, permits: 2 })
    const full = [two('a', 1), two('b', 3)]
    expect(
      notLinearizable(historyOf(...full, { hold: 'c', asked: 5, refused: 6, permits: 2 }), proving),
    ).toEqual([])
    expect(notLinearizable(historyOf(...full, two('c', 5)), proving)).toHaveLength(1)
    const half = historyOf(two('a', 1), { hold: 'c', asked: 5, refused: 6, permits: 2 })
    expect(notLinearizable(half, proving)).toHaveLength(1)
  })

  it('searches back when the first order it tries is wrong', () => {
    const permits = 2
    const full = [
      { hold: 'u', asked: 1, permits },
      { hold: 'v', asked: 1, permits },
      { hold: 'c', asked: 2, refused: 3, permits },
    ]
    expect(notLinearizable(historyOf(...full), proving)).toEqual([])
    const next = { hold: 'd', asked: 4, granted: 5, released: 6, gone: 7, permits }
    expect(
      notLinearizable(historyOf(...full, next, { hold: 'e', asked: 8, refused: 9, permits }), proving),
    ).toHaveLength(1)
  })

  it('copes with thousands of operations', () => {
    const lives = Array.from({ length: 2_000 }, (_, n) => ({
      ...{ hold: `h${n}`, asked: n * 10 - 25, granted: n * 10 },
      ...(n % 7 === 0 ? { until: n * 10 + 8 } : { released: n * 10 + 8, gone: n * 10 + 30 }),
    }))
    expect(notLinearizable(historyOf(...lives), proving)).toEqual([])
    const twice = { hold: 'twice', asked: 10_001, granted: 10_002, released: 10_003, gone: 10_004 }
    expect(notLinearizable(historyOf(...lives, twice), proving)).toHaveLength(1)
  })
})

describe('liveness', () => {
  const heal = { at: 10, process: 'nemesis', key: '', hold: '', op: 'heal', stage: 'ok' } as const

  it('wants a grant on each key after the healing, in time', () => {
    const healed = [...historyOf({ hold: 'a', asked: 1, granted: 15 }), heal]
    expect(notLive(healed, 10)).toEqual([])
    expect(notLive(healed, 4)).toHaveLength(1)
    const before = [...historyOf({ hold: 'a', asked: 1, granted: 9 }, { hold: 'b', asked: 11 }), heal]
    expect(notLive(before, 100)).toHaveLength(1)
  })
})
