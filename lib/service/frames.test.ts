import { beforeEach, describe, expect, it } from 'vitest'
import { sampleLock } from '../admin/sample-lock.ts'
import { tableOf } from '../fleet/brief.ts'
import type { DemoState } from '../fleet/demo.ts'
import type { Frame, View } from '../fleet/frame.ts'
import type { Lock } from '../fleet/lock.ts'
import type { Overview } from '../fleet/overview.ts'
import { type Frames, HEARTBEAT_MS, openFrames, TICK_MS } from './frames.ts'

const lock = (name: string, more: Partial<Lock> = {}): Lock => sampleLock({ id: `id-${name}`, name, ...more })

let now: number
let locks: Map<string, Lock>
let frames: Frames

const settled = () => new Promise((resolve) => setImmediate(resolve))
const pass = async (ms: number) => {
  for (const end = now + ms; now < end; ) {
    now += TICK_MS
    frames.tick()
    await settled()
  }
}
const change = (...names: string[]) => {
  const ids = names.map((name) => `id-${name}`)
  const [changed, gone] = [ids.filter((id) => locks.has(id)), ids.filter((id) => !locks.has(id))]
  frames.changed({ changed, gone, nodes: false })
}
const put = (...more: Lock[]) => {
  for (const each of more) locks.set(each.id, each)
}
const watch = async (view: View) => {
  const seen: Frame[] = []
  const stop = frames.subscribe(view, (frame) => void seen.push(frame))
  await settled()
  return { seen, stop }
}
const names = (frame: Frame | undefined) => frame?.locks?.changed.map((each) => each.name)

beforeEach(() => {
  now = 0
  locks = new Map()
  frames = openFrames(
    {
      version: () => now,
      locks: tableOf(locks),
      row: (each) => each,
      overview: () => ({ now: '' }) as Overview,
      backends: () => [],
      demo: async () => ({ ttlMs: 1 }) as DemoState,
      now: () => now,
    },
    (error) => {
      throw error
    },
  )
})

describe('the frames of a view', () => {
  it('begin with everything that the view asked for', async () => {
    put(lock('a'), lock('b'))
    const { seen } = await watch({ q: 'a', overview: true, nodes: true, demo: true })
    expect(seen).toHaveLength(1)
    expect(names(seen[0])).toEqual(['a'])
    expect(seen[0]).toMatchObject({ locks: { total: 1 }, overview: {}, backends: [], demo: { ttlMs: 1 } })
  })

  it('have no locks when none were asked for, and one lock when that one was', async () => {
    put(lock('a'), lock('b'))
    const none = await watch({ overview: true })
    expect(none.seen[0]?.locks).toBeUndefined()
    const one = await watch({ id: 'id-b' })
    expect(names(one.seen[0])).toEqual(['b'])
    change('a')
    await pass(TICK_MS)
    expect(one.seen).toHaveLength(1)
  })

  it('tell what changed, came and went since the one before', async () => {
    put(lock('a'), lock('ab'))
    const { seen } = await watch({ q: 'a' })
    put(lock('abc'), lock('x'))
    locks.delete('id-a')
    change('a', 'abc', 'x')
    await pass(TICK_MS)
    expect(seen[1]?.locks).toMatchObject({ changed: [{ name: 'abc' }], gone: ['id-a'], total: 2 })
  })

  it('tell that a lock left the view when it no longer matches', async () => {
    put(lock('a'))
    const { seen } = await watch({ q: 'state:held' })
    put(lock('a', { state: 'free' }))
    change('a')
    await pass(TICK_MS)
    expect(seen[1]?.locks).toEqual({ changed: [], gone: ['id-a'], total: 0 })
  })

  it('come at most five a second, however much changes', async () => {
    put(lock('a'))
    const { seen } = await watch({ q: '' })
    for (let step = 0; step < 100; step += 1) {
      change('a')
      now += 10
      if (now % TICK_MS === 0) frames.tick()
      await settled()
    }
    expect(seen.length - 1).toBe(5)
  })

  it('come once a second when nothing changes, with nothing in them', async () => {
    const { seen } = await watch({ q: '' })
    await pass(3 * HEARTBEAT_MS)
    expect(seen).toHaveLength(4)
    expect(seen[3]).toEqual({ version: '3000', now: '1970-01-01T00:00:03.000Z' })
  })

  it('wait for a slow viewer and then tell everything that changed meanwhile', async () => {
    put(lock('a'), lock('b'))
    const seen: Frame[] = []
    const waiting: (() => void)[] = []
    frames.subscribe({ q: '' }, (frame) => {
      seen.push(frame)
      return new Promise((resolve) => waiting.push(resolve))
    })
    await settled()
    change('a')
    await pass(HEARTBEAT_MS)
    change('b')
    await pass(HEARTBEAT_MS)
    expect(seen).toHaveLength(1)
    waiting.shift()?.()
    await settled()
    await pass(TICK_MS)
    expect(seen).toHaveLength(2)
    expect(names(seen[1])).toEqual(['a', 'b'])
  })

  it('end when the viewer goes', async () => {
    const { seen, stop } = await watch({ q: '' })
    stop()
    await pass(HEARTBEAT_MS)
    expect(seen).toHaveLength(1)
  })

  it('have at most a few hundred locks each, and bring the rest of a big change later', async () => {
    const { seen } = await watch({ q: '' })
    const many = Array.from({ length: 1_200 }, (_, n) => lock(`n${n}`))
    put(...many)
    change(...many.map((each) => each.name))
    await pass(TICK_MS * 3)
    expect(seen.slice(1).map((frame) => frame.locks?.changed.length)).toEqual([500, 500, 200])
  })

  it('refuse a filter that can not be understood', () => {
    expect(() => frames.subscribe({ q: 'colour:red' }, () => {})).toThrow()
  })
})
