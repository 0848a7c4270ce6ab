import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Agenda } from './agenda.ts'
import { NONE } from './shelves.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const item = (name: number) => ({ name, dueAt: NONE, notedAt: NONE })

describe('an agenda', () => {
  it('has everything at its time, whatever order they were noted in and however often', () => {
    const step = fc.record({ name: fc.nat(20), at: fc.option(fc.integer({ min: 1, max: 500 })) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const start = Date.now()
        const items = Array.from({ length: 21 }, (_, name) => item(name))
        const due: [number, number][] = []
        const agenda = new Agenda<ReturnType<typeof item>>((all) => {
          for (const { name } of all) due.push([name, Date.now() - start])
        })
        const expected = new Map<number, number>()
        for (const { name, at } of steps) {
          agenda.set(items[name] ?? item(name), at === null ? null : start + at)
          if (at === null) expected.delete(name)
          else expected.set(name, at)
        }
        vi.advanceTimersByTime(1_000)
        expect(due.length).toBe(expected.size)
        for (const [name, at] of due) expect(at).toBe(expected.get(name))
        agenda.close()
      }),
    )
  })

  it('takes up from within what is noted again, and goes through very many in portions', () => {
    const portions: number[] = []
    const agenda = new Agenda<ReturnType<typeof item>>((all) => {
      portions.push(all.length)
      if (portions.length === 1) agenda.set(item(-1), Date.now() + 50)
    })
    for (let name = 0; name < 1_000; name++) agenda.set(item(name), Date.now() + 10)
    vi.advanceTimersByTime(100)
    expect(portions).toEqual([250, 250, 250, 250, 1])
  })

  it('keeps the time after months as on the first day', () => {
    vi.setSystemTime(Date.now() + 90 * 86_400_000)
    const onDue = vi.fn()
    const agenda = new Agenda(onDue)
    agenda.set(item(1), Date.now() + 100)
    vi.advanceTimersByTime(90)
    expect(onDue).not.toHaveBeenCalled()
    vi.advanceTimersByTime(20)
    expect(onDue).toHaveBeenCalledOnce()
  })

  it('has nothing any more when closed', () => {
    const onDue = vi.fn()
    const agenda = new Agenda(onDue)
    agenda.set(item(1), Date.now() + 10)
    agenda.close()
    vi.advanceTimersByTime(100)
    expect(onDue).not.toHaveBeenCalled()
  })
})
