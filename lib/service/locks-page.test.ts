import { describe, expect, it, vi } from 'vitest'
import { sampleHolder, sampleLock } from '../admin/sample-lock.ts'
import type { Lock } from '../fleet/lock.ts'
import type { FleetBackend, FleetNode } from '../fleet/node.ts'
import { LockViews } from './lock-views.ts'
import { locksPage } from './locks-page.ts'
import { type SampleTable, sampleTable } from './sample-table.ts'

const lock = (name: string, more: Partial<Lock> = {}): Lock => sampleLock({ id: `id-${name}`, name, ...more })
const waiting = (count: number): Lock['waiters'] => ({ known: true, count, list: [] })
const verdict = (severity: 'alarm' | 'risk' | 'note'): Lock['verdicts'] => [
  { id: 'hot', severity, says: '', evidence: [], suggests: 'look' },
]

const fleet = (...locks: Lock[]) => sampleTable(locks)
const viewsOf = (locks: SampleTable) => new LockViews(locks, () => 0)
const page = (
  locks: SampleTable,
  more: { q?: string; sort?: string; limit?: number; cursor?: string | null } = {},
) =>
  locksPage(
    { locks, views: viewsOf(locks), backends: [], row: (each) => each, now: '2026-01-01T00:00:00.000Z' },
    { q: '', sort: 'name', limit: 100, cursor: null, line: false, ...more },
  )
const names = (found: Awaited<ReturnType<typeof page>>) => found.items.map((each) => each.name)

describe('a page of locks', () => {
  it('has what the filter matches, and tells how many there are', async () => {
    const found = await page(fleet(lock('a'), lock('ab'), lock('c')), { q: 'a' })
    expect(names(found)).toEqual(['a', 'ab'])
    expect(found).toMatchObject({ total: 2, of: 3, nextCursor: null })
  })

  it('puts trouble first, then the longest queue, then the name', async () => {
    const locks = fleet(
      lock('calm-b'),
      lock('calm-a'),
      lock('untold', { waiters: { known: false } }),
      lock('queue-2', { waiters: waiting(2) }),
      lock('queue-9', { waiters: waiting(9) }),
      lock('noted', { verdicts: verdict('note') }),
      lock('alarming', { verdicts: verdict('alarm') }),
    )
    expect(names(await page(locks, { sort: 'trouble' }))).toEqual([
      ...['alarming', 'noted', 'queue-9', 'queue-2', 'untold', 'calm-a', 'calm-b'],
    ])
  })

  it.each([
    ['ttl', ['soon', 'late', 'never']],
    ['-ttl', ['late', 'soon', 'never']],
    ['waiters', ['late', 'soon', 'never']],
    ['-name', ['soon', 'never', 'late']],
    ['held', ['late', 'soon', 'never']],
  ])('sorts by %s, with what is not known last', async (sort, order) => {
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
    expect(names(await page(locks, { sort }))).toEqual(order)
  })

  it('goes on where the last one ended, whatever comes and goes in between', async () => {
    const locks = fleet(...['a', 'b', 'c', 'd', 'e', 'f'].map((name) => lock(name)))
    const first = await page(locks, { limit: 2 })
    expect(names(first)).toEqual(['a', 'b'])
    locks.delete('id-b')
    locks.delete('id-c')
    locks.put(lock('aa'))
    const second = await page(locks, { limit: 2, cursor: first.nextCursor })
    expect(names(second)).toEqual(['d', 'e'])
    const third = await page(locks, { limit: 2, cursor: second.nextCursor })
    expect(names(third)).toEqual(['f'])
    expect(third.nextCursor).toBeNull()
  })

  it('finds the first of very many, in every order', async () => {
    const many = Array.from({ length: 1_000 }, (_, n) =>
      lock(`n${String((n * 7_919) % 1_000).padStart(4, '0')}`),
    )
    const up = names(await page(fleet(...many), { limit: 7 }))
    expect(up).toEqual(['n0000', 'n0001', 'n0002', 'n0003', 'n0004', 'n0005', 'n0006'])
    const down = names(await page(fleet(...many), { sort: '-name', limit: 7 }))
    expect(down).toEqual(['n0999', 'n0998', 'n0997', 'n0996', 'n0995', 'n0994', 'n0993'])
  })

  it('counts what matches by its state', async () => {
    const locks = fleet(lock('a'), lock('ab', { state: 'free' }), lock('abc'), lock('x'))
    expect((await page(locks, { q: 'a', limit: 1 })).states).toEqual({ held: 2, free: 1 })
  })

  it('shows candidates only to a filter that speaks of confidence', async () => {
    const locks = fleet(lock('sure'), lock('maybe', { confidence: 'candidate' }))
    expect(names(await page(locks))).toEqual(['sure'])
    expect(names(await page(locks, { q: 'confidence:candidate' }))).toEqual(['maybe'])
  })

  it('puts fences in order that outgrew a double, and holds that never end last of those that are known', async () => {
    const held = (fence: string, remainingMs: number | null) => [sampleHolder({ fence, remainingMs })]
    const locks = fleet(
      lock('c', { holders: held('90071992547409930', Number.POSITIVE_INFINITY) }),
      lock('a', { holders: held('9', 1_000) }),
      lock('b', { holders: held('90071992547409929', null) }),
    )
    expect(names(await page(locks, { sort: 'fence' }))).toEqual(['a', 'b', 'c'])
    const first = await page(locks, { sort: 'ttl', limit: 2 })
    expect(names(first)).toEqual(['a', 'c'])
    expect(names(await page(locks, { sort: 'ttl', cursor: first.nextCursor }))).toEqual(['b'])
  })

  it('walks through equal keys without leaving one out', async () => {
    const locks = fleet(...Array.from({ length: 25 }, (_, n) => lock('same', { id: `id-${n}` })))
    const seen = new Set<string>()
    let cursor: string | null = null
    do {
      const found: Awaited<ReturnType<typeof page>> = await page(locks, {
        sort: '-waiters',
        limit: 4,
        cursor,
      })
      for (const each of found.items) seen.add(each.id)
      cursor = found.nextCursor
    } while (cursor !== null)
    expect(seen.size).toBe(25)
  })

  it('is the same when somebody already looks at a view with the same filter and order', async () => {
    const locks = fleet(...Array.from({ length: 400 }, (_, n) => lock(`n${n}`)))
    const views = new LockViews(locks, () => 0)
    await views.look({ q: 'n1', id: null, sort: '-name', rows: 100 })
    locks.put(lock('n1999'), lock('n1998', { state: 'free' }))
    views.note(['id-n1999', 'id-n1998'])
    const known = { locks, backends: [], row: (each: Lock) => each, now: '2026-01-01T00:00:00.000Z' }
    const find = vi.spyOn(views, 'find')
    const query = { q: 'n1', sort: '-name', limit: 20, cursor: null, line: false }
    const looked = await locksPage({ ...known, views }, query)
    expect(await find.mock.results[0]?.value).not.toBeNull()
    expect(looked).toEqual(await locksPage({ ...known, views: viewsOf(locks) }, query))
    const next = { ...query, cursor: looked.nextCursor }
    expect(names(await locksPage({ ...known, views }, next))).toHaveLength(20)
  })

  it('looks at all locks for the first times only, and stays right', async () => {
    const locks = fleet(...Array.from({ length: 40 }, (_, n) => lock(`n${n + 10}`)))
    const views = new LockViews(locks, () => 0)
    const known = { locks, views, backends: [], row: (each: Lock) => each, now: '2026-01-01T00:00:00.000Z' }
    const ask = () => locksPage(known, { q: 'n1', sort: 'name', limit: 5, cursor: null, line: false })
    await ask()
    await ask()
    const looked = vi.spyOn(locks, 'briefs')
    await vi.waitFor(async () => {
      looked.mockClear()
      await ask()
      expect(looked).not.toHaveBeenCalled()
    })
    locks.put(lock('n1'))
    locks.delete('id-n10')
    views.note(['id-n1', 'id-n10'])
    const found = await ask()
    expect(looked).not.toHaveBeenCalled()
    expect(names(found)).toEqual(['n1', 'n11', 'n12', 'n13', 'n14'])
    expect(found).toMatchObject({ total: 10, of: 40, nextCursor: expect.any(String) })
  })

  it('refuses an unknown order and a cursor of another order', async () => {
    const locks = fleet(lock('a'), lock('b'))
    for (const sort of ['colour', '__proto__', 'constructor', '-toString']) {
      await expect(page(locks, { sort })).rejects.toThrow(`There is no order "${sort}"`)
    }
    const { nextCursor } = await page(locks, { limit: 1 })
    await expect(page(locks, { sort: '-name', cursor: nextCursor })).rejects.toThrow('does not belong')
    await expect(page(locks, { cursor: 'nonsense' })).rejects.toThrow('does not belong')
  })

  it('names the voters that did not answer, and not the replicas', async () => {
    const nodes = [
      node('n1'),
      node('n2', { state: 'no-answer' }),
      node('r1', { state: 'no-answer', votes: false }),
    ]
    expect(await incomplete(nodes, { needed: 2, of: 3, answering: 1 })).toEqual([
      { backend: 'b', nodes: ['n2'] },
    ])
  })

  it('misses nothing from a cluster that votes as one while a majority of it answers', async () => {
    const nodes = ['m1', 'm2', 'm3'].map((name) => node(name, { votes: false, state: 'no-answer' }))
    expect(await incomplete(nodes, { needed: 2, of: 3, answering: 2 })).toEqual([])
    expect(await incomplete(nodes, { needed: 2, of: 3, answering: 1 })).toEqual([
      { backend: 'b', nodes: ['m1', 'm2', 'm3'] },
    ])
  })
})

const node = (name: string, more: Partial<FleetNode> = {}) =>
  ({ name, votes: true, state: 'answers', ...more }) as FleetNode

const incomplete = async (nodes: FleetNode[], quorum: FleetBackend['quorum']) => {
  const backends = [{ id: 'b', nodes, quorum, sweptAt: null }] as unknown as FleetBackend[]
  const locks = fleet()
  const known = {
    locks,
    views: viewsOf(locks),
    backends,
    row: (each: Lock) => each,
    now: '2026-01-01T00:00:00.000Z',
  }
  return (await locksPage(known, { q: '', sort: 'name', limit: 1, cursor: null, line: false })).incomplete
}
