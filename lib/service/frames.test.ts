import { beforeEach, describe, expect, it } from 'vitest'
import { sampleLock } from '../admin/sample-lock.ts'
import type { DemoState } from '../fleet/demo.ts'
import type { Frame, View } from '../fleet/frame.ts'
import type { Lock } from '../fleet/lock.ts'
import type { Overview } from '../fleet/overview.ts'
import { type Frames, HEARTBEAT_MS, openFrames, TICK_MS } from './frames.ts'
import { LockViews } from './lock-views.ts'
import { type SampleTable, sampleTable } from './sample-table.ts'

const SHORTEST_MS = 200

const lock = (name: string, more: Partial<Lock> = {}): Lock => sampleLock({ id: `id-${name}`, name, ...more })
const many = (count: number) => Array.from({ length: count }, (_, n) => lock(`n${n + 10_000}`))

let now: number
let locks: SampleTable
let frames: Frames
let written: number

const pass = async (ms: number) => {
  for (const end = now + ms; now < end; ) {
    now += TICK_MS
    await frames.tick()
  }
}
const change = (...names: string[]) => {
  const ids = names.map((name) => `id-${name}`)
  const [changed, gone] = [ids.filter((id) => locks.has(id)), ids.filter((id) => !locks.has(id))]
  frames.changed({ changed, gone, nodes: false })
}
const put = (...more: Lock[]) => {
  locks.put(...more)
  change(...more.map(({ name }) => name))
}
const remove = (...names: string[]) => {
  for (const name of names) locks.delete(`id-${name}`)
  change(...names)
}
const watch = async (view: View, taking: () => Promise<void> = async () => {}) => {
  const seen: Frame[] = []
  const stop = await frames.subscribe(view, async ({ version, json }) => {
    const frame: Frame = JSON.parse(json)
    expect(frame.version).toBe(version)
    seen.push(frame)
    await taking()
  })
  await pass(TICK_MS)
  return { seen, stop }
}
const names = (frame: Frame | undefined) => frame?.locks?.changed.map((each) => each.name)

/** What a page that applies frames one after the other knows. */
const known = (seen: readonly Frame[]): string[] => {
  const rows = new Map<string, string>()
  for (const { locks: told, resync } of seen) {
    if (resync) rows.clear()
    for (const row of told?.changed ?? []) rows.set(row.id, row.name)
    for (const id of told?.gone ?? []) rows.delete(id)
  }
  return [...rows.values()].sort()
}

const start = () => {
  frames = openFrames(
    {
      locks,
      views: new LockViews(locks, () => now),
      row: (each) => {
        written += 1
        return each
      },
      overview: () => ({ now: '' }) as Overview,
      backends: () => [],
      demo: async () => ({ ttlMs: 1 }) as DemoState,
      now: () => now,
    },
    (error) => {
      throw error
    },
  )
}

beforeEach(() => {
  now = 0
  written = 0
  locks = sampleTable()
  start()
})

describe('the frames of a view', () => {
  it('begin with everything that the view asked for', async () => {
    put(lock('a'), lock('b'))
    const { seen } = await watch({ q: 'a', overview: true, nodes: true, demo: true })
    expect(seen).toHaveLength(1)
    expect(names(seen[0])).toEqual(['a'])
    expect(seen[0]).toMatchObject({ locks: { total: 1 }, overview: {}, backends: [], demo: { ttlMs: 1 } })
    expect(seen[0]?.resync).toBeUndefined()
  })

  it('have no locks when none were asked for, and one lock when that one was', async () => {
    put(lock('a'), lock('b'))
    const none = await watch({ overview: true })
    expect(none.seen[0]?.locks).toBeUndefined()
    const one = await watch({ id: 'id-b' })
    expect(names(one.seen[0])).toEqual(['b'])
    change('a')
    await pass(SHORTEST_MS)
    expect(one.seen).toHaveLength(1)
    remove('b')
    await pass(SHORTEST_MS)
    expect(one.seen[1]?.locks).toEqual({ changed: [], gone: ['id-b'], total: 0 })
  })

  it('tell what changed, came and went since the one before', async () => {
    put(lock('a'), lock('ab'))
    const { seen } = await watch({ q: 'a' })
    put(lock('abc'), lock('x'))
    remove('a')
    await pass(SHORTEST_MS)
    expect(seen[1]?.locks).toMatchObject({ changed: [{ name: 'abc' }], gone: ['id-a'], total: 2 })
  })

  it('tell that a lock left the view when it no longer matches', async () => {
    put(lock('a'))
    const { seen } = await watch({ q: 'state:held' })
    put(lock('a', { state: 'free' }))
    await pass(SHORTEST_MS)
    expect(seen[1]?.locks).toEqual({ changed: [], gone: ['id-a'], total: 0 })
  })

  it('come at once after a calm, and at most five a second however much changes', async () => {
    put(lock('a'))
    const { seen } = await watch({ q: '' })
    await pass(SHORTEST_MS)
    change('a')
    await pass(TICK_MS)
    expect(seen).toHaveLength(2)
    for (const end = now + 1_000; now < end; ) {
      change('a')
      await pass(TICK_MS)
    }
    expect(seen.length - 2).toBe(5)
  })

  it('come once a second when nothing changes, with nothing in them', async () => {
    const { seen } = await watch({ q: '' })
    await pass(3 * HEARTBEAT_MS)
    expect(seen).toHaveLength(4)
    expect(seen[3]).toEqual({ version: expect.any(String), now: '1970-01-01T00:00:03.025Z' })
  })

  it('make fewer frames for a slow viewer, not a queue of them, and lose nothing', async () => {
    put(lock('a'), lock('b'))
    const waiting: (() => void)[] = []
    const { seen } = await watch({ q: '' }, () => new Promise((resolve) => waiting.push(resolve)))
    change('a')
    await pass(HEARTBEAT_MS)
    change('b')
    remove('a')
    await pass(HEARTBEAT_MS)
    expect(seen).toHaveLength(1)
    waiting.shift()?.()
    await pass(SHORTEST_MS)
    expect(seen).toHaveLength(2)
    expect(seen[1]?.locks).toMatchObject({ changed: [{ name: 'b' }], gone: ['id-a'], total: 1 })
  })

  it('begin again, and say so, for a viewer that took nothing while more changed than is kept', async () => {
    put(lock('a'))
    const waiting: (() => void)[] = []
    const { seen } = await watch({ q: '', rows: 100 }, () => new Promise((resolve) => waiting.push(resolve)))
    for (let round = 0; round < 40; round += 1) {
      const some = Array.from({ length: 50 }, (_, n) => lock(`a${round}-${n}`))
      put(...some)
      await pass(TICK_MS)
      remove(...some.map(({ name }) => name))
      await pass(TICK_MS)
    }
    put(lock('b'))
    waiting.shift()?.()
    await pass(SHORTEST_MS)
    expect(seen[1]).toMatchObject({ resync: true })
    expect(known(seen)).toEqual(['a', 'b'])
  })

  it('end when the viewer goes', async () => {
    const { seen, stop } = await watch({ q: '' })
    stop()
    await pass(HEARTBEAT_MS)
    expect(seen).toHaveLength(1)
  })

  it('have at most a few hundred locks each, and bring the rest later', async () => {
    const { seen } = await watch({ q: '', rows: 5_000 })
    put(...many(1_200))
    await pass(3 * SHORTEST_MS)
    expect(seen.slice(1).map((frame) => frame.locks?.changed.length)).toEqual([500, 500, 200])
    const late = await watch({ q: '', rows: 5_000 })
    await pass(3 * SHORTEST_MS)
    expect(late.seen.map((frame) => frame.locks?.changed.length)).toEqual([500, 500, 200])
  })

  it('refuse a filter or an order that can not be understood', async () => {
    await expect(frames.subscribe({ q: 'colour:red' }, () => {})).rejects.toThrow()
    await expect(frames.subscribe({ q: '', sort: 'colour' }, () => {})).rejects.toThrow()
  })

  it('follow a filter that time alone makes true', async () => {
    put(lock('a', { observedAt: new Date(0).toISOString() }))
    const { seen } = await watch({ q: 'ttl:<5s' })
    expect(seen[0]?.locks).toMatchObject({ changed: [], total: 0 })
    await pass(6_000)
    expect(seen.flatMap((frame) => names(frame) ?? [])).toEqual(['a'])
  })
})

describe('the frames of a view of many locks', () => {
  it('tell only of the first rows in its order, and of those that move up', async () => {
    put(...many(300))
    const { seen } = await watch({ q: '', sort: 'name', rows: 100 })
    expect(seen[0]?.locks).toMatchObject({ total: 300 })
    expect(names(seen[0])).toHaveLength(100)
    put(lock('n10250', { state: 'free' }))
    await pass(SHORTEST_MS)
    expect(seen).toHaveLength(1)
    remove('n10000')
    await pass(SHORTEST_MS)
    expect(seen[1]?.locks).toMatchObject({ changed: [{ name: 'n10100' }], gone: ['id-n10000'], total: 299 })
    put(lock('n0'))
    await pass(SHORTEST_MS)
    expect(seen[2]?.locks).toMatchObject({ changed: [{ name: 'n0' }], gone: ['id-n10100'], total: 300 })
  })

  it('look for others when most of the first ones are gone', async () => {
    put(...many(1_000))
    const { seen } = await watch({ q: '', sort: 'name', rows: 100 })
    remove(...Array.from({ length: 500 }, (_, n) => `n${n + 10_000}`))
    await pass(5 * HEARTBEAT_MS)
    expect(known(seen)).toEqual(Array.from({ length: 100 }, (_, n) => `n${n + 10_500}`))
  })

  it('end at the truth after a thousand random changes, in every order', async () => {
    put(...many(300))
    const views = await Promise.all(
      ['name', '-name', 'state', '-waiters'].map(async (sort) => ({
        sort,
        ...(await watch({ q: '-state:free', sort, rows: 100 })),
      })),
    )
    let dice = 7
    const roll = (below: number) => {
      dice = (dice * 48_271) % 2_147_483_647
      return dice % below
    }
    for (let step = 0; step < 1_000; step += 1) {
      const name = `n${10_000 + roll(400)}`
      const state = (['held', 'free', 'waiting', 'unknown'] as const)[roll(4)] ?? 'held'
      if (roll(4) === 0) remove(name)
      else put(lock(name, { state, waiters: { known: true, count: roll(5), list: [] } }))
      if (roll(10) === 0) await pass(TICK_MS)
    }
    await pass(5 * HEARTBEAT_MS)
    for (const { sort, seen } of views) {
      const fresh = await watch({ q: '-state:free', sort, rows: 200 })
      const first = names(fresh.seen[0])?.slice(0, 100).sort()
      expect(known(seen), sort).toEqual(first)
      expect(seen.findLast((frame) => frame.locks)?.locks?.total).toBe(fresh.seen[0]?.locks?.total)
    }
  })

  it('are written once for all who look at the same', async () => {
    put(...many(50))
    await Promise.all(Array.from({ length: 20 }, () => frames.subscribe({ q: '' }, () => {})))
    await pass(SHORTEST_MS)
    expect(written).toBe(50)
  })
})

describe('a view that was cut off', () => {
  it('goes on where it ended, without a lost or a doubled change', async () => {
    put(lock('a'), lock('b'), lock('c'))
    const { seen, stop } = await watch({ q: '' })
    const since = seen[0]?.version ?? ''
    stop()
    put(lock('d'))
    change('b')
    remove('c')
    await pass(2 * HEARTBEAT_MS)
    const again = await watch({ q: '', since })
    expect(again.seen[0]?.resync).toBeUndefined()
    expect(names(again.seen[0])?.sort()).toEqual(['b', 'd'])
    expect(again.seen[0]?.locks).toMatchObject({ gone: ['id-c'], total: 3 })
    expect(known([...seen, ...again.seen])).toEqual(['a', 'b', 'd'])
  })

  it('has nothing to be told when nothing changed', async () => {
    put(lock('a'))
    const { seen, stop } = await watch({ q: '' })
    stop()
    const again = await watch({ q: '', since: seen[0]?.version })
    expect(again.seen[0]?.resync).toBeUndefined()
    expect(names(again.seen[0]) ?? []).toEqual([])
  })

  it.each<[string, () => Promise<void>]>([
    ['was away for too long', () => pass(60_000)],
    [
      'finds that the service was started again and others look already',
      async () => {
        start()
        await watch({ q: '' })
        for (let n = 0; n < 20; n += 1) change('b')
        await pass(SHORTEST_MS)
      },
    ],
  ])('begins again, and says so, when it %s', async (_what, happens) => {
    put(lock('a'), lock('b'))
    const { seen, stop } = await watch({ q: '' })
    // Somebody else still looks, so that time goes on.
    await watch({ overview: true })
    stop()
    await happens()
    remove('a')
    const again = await watch({ q: '', since: seen[0]?.version })
    expect(again.seen[0]).toMatchObject({ resync: true, locks: { total: 1 } })
    expect(known([...seen, ...again.seen])).toEqual(['b'])
  })

  it.each(['nonsense', '.', '0.1', ''])('begins again when it comes with "%s"', async (since) => {
    put(lock('a'))
    const { seen } = await watch({ q: '', since })
    expect(seen[0]).toMatchObject({ resync: true })
    expect(names(seen[0])).toEqual(['a'])
  })

  it('begins again when it was cut before it had everything', async () => {
    put(...many(1_200))
    const { seen, stop } = await watch({ q: '', rows: 5_000 })
    stop()
    const again = await watch({ q: '', rows: 5_000, since: seen[0]?.version })
    expect(again.seen[0]).toMatchObject({ resync: true })
    await pass(3 * SHORTEST_MS)
    expect(known([...seen, ...again.seen])).toHaveLength(1_200)
  })
})

describe('the total of a view', () => {
  it('is right again soon after locks went of which nothing was heard before', async () => {
    put(...many(1_000))
    const { seen } = await watch({ q: '', sort: 'name', rows: 100 })
    remove(...Array.from({ length: 50 }, (_, n) => `n${10_900 + n}`))
    await pass(10 * HEARTBEAT_MS)
    expect(seen.findLast((frame) => frame.locks)?.locks?.total).toBe(950)
    remove(...Array.from({ length: 50 }, (_, n) => `n${10_500 + n}`))
    put(lock('z'))
    await pass(10 * HEARTBEAT_MS)
    expect(seen.findLast((frame) => frame.locks)?.locks?.total).toBe(901)
  })

  it('counts right again in all views after many went that nobody had looked at', async () => {
    put(...many(3_000))
    const shown = [await watch({ q: '' }), await watch({ q: 'n1' }), await watch({ q: '', sort: '-name' })]
    const gone = Array.from({ length: 1_500 }, (_, n) => `n${10_700 + n}`)
    remove(...gone)
    put(lock('n99999'))
    await pass(10 * HEARTBEAT_MS)
    const totals = shown.map(({ seen }) => seen.findLast((frame) => frame.locks)?.locks?.total)
    expect(totals).toEqual([1_501, 1_500, 1_501])
    remove('n10000', 'n12500')
    await pass(10 * HEARTBEAT_MS)
    expect(shown[0]?.seen.findLast((frame) => frame.locks)?.locks?.total).toBe(1_499)
  })

  it('counts a lock once that went and came back at once', async () => {
    put(lock('a'), lock('b'))
    const { seen } = await watch({ q: '' })
    remove('a')
    put(lock('a', { state: 'free' }))
    await pass(10 * HEARTBEAT_MS)
    expect(seen.findLast((frame) => frame.locks)?.locks?.total).toBe(2)
    expect(seen[1]?.locks?.changed).toMatchObject([{ name: 'a', state: 'free' }])
  })
})
