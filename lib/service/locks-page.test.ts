import { describe, expect, it } from 'vitest'
import { sampleHolder, sampleLock } from '../admin/sample-lock.ts'
import type { Lock } from '../fleet/lock.ts'
import type { FleetBackend, FleetNode } from '../fleet/node.ts'
import { locksPage } from './locks-page.ts'

const lock = (name: string, more: Partial<Lock> = {}): Lock => sampleLock({ id: `id-${name}`, name, ...more })
const waiting = (count: number): Lock['waiters'] => ({ known: true, count, list: [] })
const verdict = (severity: 'alarm' | 'risk' | 'note'): Lock['verdicts'] => [
  { id: 'hot', severity, says: '', evidence: [], suggests: 'look' },
]

const fleet = (...locks: Lock[]) => new Map(locks.map((each) => [each.id, each]))
const page = (
  locks: Map<string, Lock>,
  more: { q?: string; sort?: string; limit?: number; cursor?: string | null } = {},
) =>
  locksPage(
    { locks, backends: [], row: (each) => each, now: '2026-01-01T00:00:00.000Z' },
    { q: '', sort: 'name', limit: 100, cursor: null, line: false, ...more },
  )
const names = (found: ReturnType<typeof page>) => found.items.map((each) => each.name)

describe('a page of locks', () => {
  it('has what the filter matches, and tells how many there are', () => {
    const found = page(fleet(lock('a'), lock('ab'), lock('c')), { q: 'a' })
    expect(names(found)).toEqual(['a', 'ab'])
    expect(found).toMatchObject({ total: 2, of: 3, nextCursor: null })
  })

  it('puts trouble first, then the longest queue, then the name', () => {
    const locks = fleet(
      lock('calm-b'),
      lock('calm-a'),
      lock('untold', { waiters: { known: false } }),
      lock('queue-2', { waiters: waiting(2) }),
      lock('queue-9', { waiters: waiting(9) }),
      lock('noted', { verdicts: verdict('note') }),
      lock('alarming', { verdicts: verdict('alarm') }),
    )
    expect(names(page(locks, { sort: 'trouble' }))).toEqual([
      ...['alarming', 'noted', 'queue-9', 'queue-2', 'untold', 'calm-a', 'calm-b'],
    ])
  })

  it.each([
    ['ttl', ['soon', 'late', 'never']],
    ['-ttl', ['late', 'soon', 'never']],
    ['waiters', ['late', 'soon', 'never']],
    ['-name', ['soon', 'never', 'late']],
    ['held', ['late', 'soon', 'never']],
  ])('sorts by %s, with what is not known last', (sort, order) => {
    const held = (seconds: number, remainingMs: number) => [
      sampleHolder({
        remainingMs,
        since: new Date(Date.parse('2026-01-01') - seconds * 1_000).toISOString(),
      }),
    ]
    const locks = fleet(
      lock('late', { holders: held(1, 90_000), waiters: waiting(0) }),
      lock('never', {
        holders: [sampleHolder({ remainingMs: null, since: null })],
        waiters: { known: false },
      }),
      lock('soon', { holders: held(50, 1_000), waiters: waiting(3) }),
    )
    expect(names(page(locks, { sort }))).toEqual(order)
  })

  it('goes on where the last one ended, whatever comes and goes in between', () => {
    const locks = fleet(...['a', 'b', 'c', 'd', 'e', 'f'].map((name) => lock(name)))
    const first = page(locks, { limit: 2 })
    expect(names(first)).toEqual(['a', 'b'])
    locks.delete('id-b')
    locks.delete('id-c')
    locks.set('id-aa', lock('aa'))
    const second = page(locks, { limit: 2, cursor: first.nextCursor })
    expect(names(second)).toEqual(['d', 'e'])
    const third = page(locks, { limit: 2, cursor: second.nextCursor })
    expect(names(third)).toEqual(['f'])
    expect(third.nextCursor).toBeNull()
  })

  it('finds the first of very many, in every order', () => {
    const many = Array.from({ length: 1_000 }, (_, n) =>
      lock(`n${String((n * 7_919) % 1_000).padStart(4, '0')}`),
    )
    const up = names(page(fleet(...many), { limit: 7 }))
    expect(up).toEqual(['n0000', 'n0001', 'n0002', 'n0003', 'n0004', 'n0005', 'n0006'])
    const down = names(page(fleet(...many), { sort: '-name', limit: 7 }))
    expect(down).toEqual(['n0999', 'n0998', 'n0997', 'n0996', 'n0995', 'n0994', 'n0993'])
  })

  it('walks through equal keys without leaving one out', () => {
    const locks = fleet(...Array.from({ length: 25 }, (_, n) => lock('same', { id: `id-${n}` })))
    const seen = new Set<string>()
    let cursor: string | null = null
    do {
      const found: ReturnType<typeof page> = page(locks, { sort: '-waiters', limit: 4, cursor })
      for (const each of found.items) seen.add(each.id)
      cursor = found.nextCursor
    } while (cursor !== null)
    expect(seen.size).toBe(25)
  })

  it('refuses an unknown order and a cursor of another order', () => {
    const locks = fleet(lock('a'), lock('b'))
    for (const sort of ['colour', '__proto__', 'constructor', '-toString']) {
      expect(() => page(locks, { sort })).toThrow(`There is no order "${sort}"`)
    }
    const { nextCursor } = page(locks, { limit: 1 })
    expect(() => page(locks, { sort: '-name', cursor: nextCursor })).toThrow('does not belong')
    expect(() => page(locks, { cursor: 'nonsense' })).toThrow('does not belong')
  })

  it('names the voters that did not answer, and not the replicas', () => {
    const nodes = [
      node('n1'),
      node('n2', { state: 'no-answer' }),
      node('r1', { state: 'no-answer', votes: false }),
    ]
    expect(incomplete(nodes, { needed: 2, of: 3, answering: 1 })).toEqual([{ backend: 'b', nodes: ['n2'] }])
  })

  it('misses nothing from a cluster that votes as one while a majority of it answers', () => {
    const nodes = ['m1', 'm2', 'm3'].map((name) => node(name, { votes: false, state: 'no-answer' }))
    expect(incomplete(nodes, { needed: 2, of: 3, answering: 2 })).toEqual([])
    expect(incomplete(nodes, { needed: 2, of: 3, answering: 1 })).toEqual([
      { backend: 'b', nodes: ['m1', 'm2', 'm3'] },
    ])
  })
})

const node = (name: string, more: Partial<FleetNode> = {}) =>
  ({ name, votes: true, state: 'answers', ...more }) as FleetNode

const incomplete = (nodes: FleetNode[], quorum: FleetBackend['quorum']) => {
  const backends = [{ id: 'b', nodes, quorum, sweptAt: null }] as unknown as FleetBackend[]
  const known = { locks: fleet(), backends, row: (each: Lock) => each, now: '2026-01-01T00:00:00.000Z' }
  return locksPage(known, { q: '', sort: 'name', limit: 1, cursor: null, line: false }).incomplete
}
