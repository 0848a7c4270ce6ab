import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Deadlines } from './deadlines.ts'

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }))
afterEach(() => void vi.useRealTimers())

describe('deadlines', () => {
  it('come due at their times, whatever order they were set in and however often', () => {
    const step = fc.record({
      item: fc.nat(20),
      at: fc.option(fc.integer({ min: 1, max: 500 })),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const start = Date.now()
        const due: [number, number][] = []
        const deadlines = new Deadlines<number>((items) => {
          for (const item of items) due.push([item, Date.now() - start])
        })
        const expected = new Map<number, number>()
        for (const { item, at } of steps) {
          deadlines.set(item, at === null ? null : start + at)
          if (at === null) expected.delete(item)
          else expected.set(item, at)
        }
        vi.advanceTimersByTime(1_000)
        expect(due.map(([, at]) => at)).toEqual([...due.map(([, at]) => at)].sort((a, b) => a - b))
        expect(due.length).toBe(expected.size)
        for (const [item, at] of due) expect(at).toBe(expected.get(item))
        deadlines.close()
      }),
    )
  })

  it('may be set again from within', () => {
    let rounds = 0
    const deadlines = new Deadlines<string>(([item]) => {
      rounds += 1
      if (item && rounds < 3) deadlines.set(item, Date.now() + 10)
    })
    deadlines.set('a', Date.now() + 10)
    vi.advanceTimersByTime(100)
    expect(rounds).toBe(3)
    deadlines.close()
  })

  it('never come when closed', () => {
    const onDue = vi.fn()
    const deadlines = new Deadlines<string>(onDue)
    deadlines.set('a', Date.now() + 10)
    deadlines.close()
    vi.advanceTimersByTime(100)
    expect(onDue).not.toHaveBeenCalled()
  })
})
