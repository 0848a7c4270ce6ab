import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contendedLock, waitsFor } from '@/lib/fleet/test-waits.ts'
import { besideOf, graphOf, type WaitsGraph } from './graph.ts'
import { layOut } from './graph-layout.ts'
import { boxSays } from './graph-words.ts'

const nameOf = (graph: WaitsGraph, id: string): string => {
  const box = graph.boxes.get(id)
  if (box === undefined) return '?'
  if (box.is === 'party') return box.party.label
  return box.is === 'lock' ? box.lock.name : `${box.waits.length} more`
}

/** `orders/42@1,0.5`: its name, column and row. */
const drawn = (graph: WaitsGraph): string[] =>
  graph.order.map((id) => {
    const place = graph.places.get(id)
    return `${nameOf(graph, id)}@${place?.column},${place?.row}`
  })
const boxNamed = (graph: WaitsGraph, name: string) =>
  [...graph.boxes.values()].find((box) => nameOf(graph, box.id) === name)

describe('the graph of who waits for whom', () => {
  it('has who holds up others at the left, and right of it what it holds and who waits for that', () => {
    const graph = graphOf(
      waitsFor([
        contendedLock('orders/42', ['api:0'], ['worker:100', 'cron:200']),
        contendedLock('ledger', ['worker:50'], ['report:300']),
      ]),
    )
    expect(drawn(graph)).toEqual([
      'api@0,0.5',
      'orders/42@1,0.5',
      'worker@2,0',
      'ledger@3,0',
      'report@4,0',
      'cron@2,1',
    ])
    expect(graph).toMatchObject({ columns: 5, rows: 2, back: [], leftOut: 0 })
  })

  it('leads back from the end of a circle, and marks all of it and nothing else', () => {
    const graph = graphOf(
      waitsFor([
        contendedLock('deploy/api', ['bot:0'], ['migrator:2000', 'other:0']),
        contendedLock('migrate/main', ['migrator:10'], ['bot:1000']),
      ]),
    )
    expect(graph.back.map(({ edge }) => [nameOf(graph, edge.from), nameOf(graph, edge.to)])).toEqual([
      ['migrate/main', 'bot'],
    ])
    const knotted = graph.order.filter((id) => graph.boxes.get(id)?.isKnotted).map((id) => nameOf(graph, id))
    expect(knotted.sort()).toEqual(['bot', 'deploy/api', 'migrate/main', 'migrator'])
    expect(graph.back.every(({ edge }) => edge.isKnotted)).toBe(true)
    expect(graph.forward.filter(({ isKnotted }) => !isKnotted).map(({ to }) => nameOf(graph, to))).toEqual([
      'other',
    ])
  })

  it('draws the first of a long queue and the others in one box, but nobody in it who holds up others', () => {
    const many = Array.from({ length: 22 }, (_, index) => `w${index}:${index}`)
    const graph = graphOf(
      waitsFor([contendedLock('big', ['one'], many), contendedLock('next', ['w20:20'], ['last:900'])]),
    )
    const names = graph.order.map((id) => nameOf(graph, id))
    expect(names).toEqual(expect.arrayContaining(['w0', 'w1', 'w2', 'w20', '18 more']))
    expect(names).not.toContain('w3')
    expect(graph.leftOut).toBe(0)
  })

  it('says how many clients did not fit', () => {
    const pairs = Array.from({ length: 100 }, (_, index) =>
      contendedLock(`lock-${index}`, [`holder-${index}:0`], [`waiter-${index}:5`]),
    )
    const graph = graphOf(waitsFor(pairs))
    expect(graph.order).toHaveLength(240)
    expect(graph.leftOut).toBe(40)
  })

  it('is walked with the arrows, and tells each box with its lines', () => {
    const graph = graphOf(waitsFor([contendedLock('orders/42', ['api:0'], ['worker:100', 'cron:200'])]))
    const lock = boxNamed(graph, 'orders/42')
    const api = boxNamed(graph, 'api')
    if (!lock || !api) throw new Error('a box is missing')
    expect(besideOf(graph, api.id, 'right')).toBe(lock.id)
    expect(besideOf(graph, lock.id, 'left')).toBe(api.id)
    expect(besideOf(graph, api.id, 'left')).toBeUndefined()
    expect(boxSays(lock, graph)).toBe('lock orders/42 on pay, held by api, waited for by worker and cron')
    expect(boxSays(api, graph)).toBe('api, holds orders/42, holds up 2')
  })
})

describe('the layout, whatever is drawn', () => {
  const id = fc.integer({ min: 0, max: 12 }).map(String)
  const edges = fc.uniqueArray(fc.record({ from: id, to: id }), {
    maxLength: 40,
    selector: ({ from, to }) => `${from} ${to}`,
  })

  it('leads from left to right but for the ways back, and puts no two boxes in one place', () => {
    fc.assert(
      fc.property(fc.uniqueArray(id, { minLength: 1 }), edges, (roots, all) => {
        const { places, order, forward, back } = layOut(roots, all, 100)
        const at = (one: string) => places.get(one) ?? { column: Number.NaN, row: Number.NaN }
        for (const { from, to } of forward) expect(at(from).column).toBeLessThan(at(to).column)
        const apart = order.map((one) => at(one))
        for (const [index, one] of apart.entries())
          for (const other of apart.slice(index + 1))
            expect(one.column !== other.column || Math.abs(one.row - other.row) > 0.999).toBe(true)
        const reached = new Set(order)
        expect(forward.length + back.length).toBe(all.filter(({ from }) => reached.has(from)).length)
        expect(places.size).toBe(order.length)
      }),
    )
  })
})
