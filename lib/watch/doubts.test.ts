import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { merged, T0, voters } from '../fleet/test-locks.ts'
import { Doubts } from './doubts.ts'

describe('doubts about nodes that disagree', () => {
  let asked: number
  let doubts: Doubts
  const held = merged(voters('AAA'))
  /** A reading of all nodes, so many ms after T0. */
  const believes = (word: string, readMs: number) => {
    const says = voters(word, readMs)
    return doubts.believes('k', held, merged(says, held), says)
  }

  beforeEach(() => {
    vi.useFakeTimers({ now: T0 })
    asked = 0
    doubts = new Doubts(() => {
      asked += 1
    })
  })
  afterEach(() => void vi.useRealTimers())

  it('are none when all that answer say the same, or what they said before', () => {
    expect(believes('AAA', 1)).toBe(true)
    expect(believes('BBB', 1)).toBe(true)
    expect(believes('...', 1)).toBe(true)
    expect(believes('A??', 1)).toBe(true)
    const uneven = voters('AA.', 1)
    const before = merged(uneven)
    expect(doubts.believes('k', before, merged(voters('AA.', 2), before), voters('AA.', 2))).toBe(true)
    expect(asked).toBe(0)
  })

  it('are there about a majority, too, when a vote for it is missing', () => {
    expect(believes('AA.', 1)).toBe(false)
    expect(asked).toBe(1)
  })

  it('do not count a node that may not vote', () => {
    const says = [
      ...voters('AA', 1),
      { node: 'n3', says: 'quarantined' as const, readAt: T0, remainingMs: 9_000, latencyMs: 1 },
    ]
    expect(doubts.believes('k', held, merged(says, held), says)).toBe(true)
  })

  it('end after two more readings of all nodes that show the same', () => {
    expect(believes('A..', 0)).toBe(false)
    expect(believes('A..', 0)).toBe(false)
    vi.setSystemTime(T0 + 10)
    expect(believes('A..', 10)).toBe(false)
    expect(believes('A..', 10)).toBe(false)
    vi.setSystemTime(T0 + 20)
    expect(believes('A..', 20)).toBe(true)
    expect(asked).toBe(4)
  })

  it('wait for no voter that is stopped', () => {
    expect(believes('A..', 0)).toBe(false)
    vi.setSystemTime(T0 + 200)
    expect(believes('A..', 0)).toBe(false)
    vi.setSystemTime(T0 + 301)
    expect(believes('A..', 0)).toBe(true)
  })

  it('go on while every reading shows another disagreement, but not for ever', () => {
    const changing = ['A.B', 'AC.', '.CD', 'E.D', 'EF.', '.FG', 'H.G', 'HI.', '.IJ', 'K.J', 'KL.']
    changing.forEach((word, step) => {
      vi.setSystemTime(T0 + step * 100)
      expect(believes(word, step * 100), word).toBe(false)
    })
    vi.setSystemTime(T0 + 1_001)
    expect(believes('.LM', 1_001)).toBe(true)
  })

  it('are longer about votes that never were a majority: only those that stay are told of', () => {
    const attempt = (word: string, readMs: number) => {
      vi.setSystemTime(T0 + readMs)
      const says = voters(word, readMs)
      return doubts.believes('k', null, merged(says), says)
    }
    expect(attempt('A..', 0)).toBe(false)
    expect(attempt('A..', 600)).toBe(false)
    expect(attempt('.B.', 700)).toBe(false)
    expect(attempt('.B.', 1_600)).toBe(false)
    expect(attempt('.B.', 1_700)).toBe(true)
    for (let ms = 2_000; ms < 5_000; ms += 500) expect(attempt(ms % 1_000 ? 'A..' : 'B..', ms)).toBe(false)
    expect(attempt('C..', 5_000)).toBe(true)
  })

  it('end when the nodes agree again', () => {
    expect(believes('AB.', 0)).toBe(false)
    expect(believes('BBB', 10)).toBe(true)
    expect(believes('A..', 20)).toBe(false)
  })
})
