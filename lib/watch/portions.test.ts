import { describe, expect, it } from 'vitest'
import type { Steps } from '../fleet/steps.ts'
import { inPortions, inSteps } from './portions.ts'

const TEN = Array.from({ length: 10 }, (_, index) => index)

/** Keeps the thread for at least that long. */
function spin(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until; );
}

/** What was done between two turns of the timers. */
function turns() {
  const done: number[] = [0]
  const timer = setInterval(() => done.push(0), 1)
  return {
    done,
    note: () => done.push((done.pop() ?? 0) + 1),
    end: () => clearInterval(timer),
  }
}

describe('work in portions', () => {
  it('does everything in order, and lets others have their turn in between', async () => {
    const { done, note, end } = turns()
    const order: number[] = []
    const work = (one: number) => {
      spin(2)
      note()
      order.push(one)
    }
    await inPortions(TEN, work, 1)
    end()
    expect(order).toEqual(TEN)
    expect(Math.max(...done)).toBeLessThan(TEN.length)
  })

  it('shares the portion of a turn with all other work in portions', async () => {
    const { done, note, end } = turns()
    const work = () => {
      spin(2)
      note()
    }
    await Promise.all([1, 2, 3, 4, 5, 6].map(() => inPortions(TEN, work, 1)))
    end()
    expect(done.reduce((sum, count) => sum + count, 0)).toBe(6 * TEN.length)
    // Each goes on by a bit now and then, and only one of them by as much as fits; alone each would do four at once.
    expect(Math.max(...done)).toBeLessThan(3 * 6)
  })

  it('stops between the steps of what is one piece of work', async () => {
    const { done, note, end } = turns()
    function* steps(): Steps<string> {
      for (let step = 0; step < 64; step += 1) {
        spin(1)
        note()
        yield
      }
      return 'done'
    }
    expect(await inSteps(steps())).toBe('done')
    end()
    expect(Math.max(...done)).toBeLessThan(64)
  })
})
