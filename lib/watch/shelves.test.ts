import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NONE, QUESTION, type Shelf, type Shelved, Shelves, TTL_MS, walk } from './shelves.ts'

interface Item extends Shelved<Item> {
  name: number
}

const add = (shelves: Shelves<Item>, name: number): Item =>
  shelves.add((shelf: Shelf<Item>, at) => {
    if (shelf.times[QUESTION + at] !== NONE) throw new Error('it has numbers of another one')
    shelf.times[QUESTION + at] = name
    return { shelf, at, name }
  })

const step = fc.record({ adds: fc.boolean(), pick: fc.nat(10_000) })

describe('shelves', () => {
  it('hold what was put there and not taken away, each with numbers of its own', () => {
    fc.assert(
      fc.property(fc.nat(2_100), fc.array(step, { maxLength: 100 }), (first, steps) => {
        const shelves = new Shelves<Item>()
        const there = Array.from({ length: first }, (_, name) => add(shelves, name))
        for (const [index, { adds, pick }] of steps.entries()) {
          const [taken] = adds ? [] : there.splice(pick % (there.length + 1), 1)
          if (taken) shelves.delete(taken)
          else there.push(add(shelves, 10_000 + index))
        }
        expect(new Set(walk(shelves.all))).toEqual(new Set(there))
        const numbers = there.map(({ shelf, at }) => [shelf.times[QUESTION + at], shelf.counts[TTL_MS + at]])
        expect(numbers).toEqual(there.map(({ name }) => [name, NONE]))
      }),
      { numRuns: 25 },
    )
  })

  it('give the places of what is gone to what comes, so that they do not become more', () => {
    const shelves = new Shelves<Item>()
    const first = Array.from({ length: 3_000 }, (_, name) => add(shelves, name))
    for (const item of first) shelves.delete(item)
    for (let name = 0; name < 3_000; name += 1) add(shelves, name)
    expect(shelves.all).toHaveLength(3)
  })

  it('show whoever walks along them everything that stays exactly once, whatever comes and goes meanwhile', () => {
    fc.assert(
      fc.property(fc.nat(2_100), fc.nat(2_100), (count, pauseAt) => {
        const shelves = new Shelves<Item>()
        const items = Array.from({ length: count }, (_, name) => add(shelves, name))
        const met: Item[] = []
        for (const item of walk(shelves.all)) {
          met.push(item)
          if (met.length !== pauseAt) continue
          for (const other of items) if (other.name % 3 === 0) shelves.delete(other)
          for (let name = 0; name < 9; name += 1) add(shelves, 10_000 + name)
        }
        const hadPause = pauseAt > 0 && pauseAt <= count
        const staying = items.filter(({ name }) => !hadPause || name % 3 !== 0)
        const all = new Set(met)
        expect(all.size).toBe(met.length)
        expect(staying.filter((item) => !all.has(item))).toEqual([])
      }),
      { numRuns: 25 },
    )
  })
})
