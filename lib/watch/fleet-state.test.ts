import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Lock } from '../fleet/lock.ts'
import { merged as plainMerged, seenHolder, seenWaiter, sighting, T0, voters } from '../fleet/test-locks.ts'
import type { VoterSays } from '../fleet/voter.ts'
import { FleetState } from './fleet-state.ts'
import { keyIdOf, LockIds, rawKeyOf } from './lock-ids.ts'
import type { Rows } from './rows.ts'
import type { Change } from './watch.ts'

const nobody = { host: null, pid: null, version: null, link: null, labels: {} }

describe('the state of the fleet', () => {
  let state: FleetState
  let changes: Change[]
  let troubles: unknown[]
  let forgotten: string[]
  let rows: Rows
  const key = 'a2V5'
  const id = new LockIds('pay', 0).idOf(rawKeyOf(key))
  const merged = (says: readonly VoterSays[], before: Lock | null = null) => plainMerged(says, before, { id })
  const rowsOf = (backend: string) =>
    state.rowsFor({
      ...{ backend, database: 0, voters: 3, refuses: () => null, lookAt: () => null, look() {} },
      ...{ silence: () => ({ node: 'n1', says: 'no-answer', since: T0, readAt: T0 }), latencyMs: () => 1 },
    })
  const put = (lock: Lock) => {
    const row = rows.at(key)
    state.put(rows, [{ key, row, before: row ? rows.lockOf(row) : null, lock }])
  }

  beforeEach(() => {
    vi.useFakeTimers({ now: T0 })
    changes = []
    troubles = []
    forgotten = []
    state = new FleetState({
      onTrouble: (error) => troubles.push(error),
      usualOf: () => null,
      onForget: (_rows, forgot) => forgotten.push(forgot),
    })
    state.onChange((change) => changes.push(change))
    rows = rowsOf('pay')
  })
  afterEach(() => {
    state.close()
    vi.useRealTimers()
  })

  it('ends what it told of a lock that only might be one any more, and tells nothing else of it', () => {
    const held = merged(voters('AAA'))
    put(held)
    put({ ...merged(voters('AAA', 1_000), held), confidence: 'candidate' })
    expect(changes.at(-1)?.events).toMatchObject([{ kind: 'ended', state: 'free', waiters: 0 }])
    put({ ...merged(voters('AAA', 2_000), held), confidence: 'candidate' })
    expect(changes.flatMap(({ events }) => events.map(({ kind }) => kind))).toEqual(['granted', 'ended'])
  })

  it('tells what is new, with a growing version, and nothing when only time went by', () => {
    const held = merged(voters('AAA'))
    put(held)
    expect(changes).toMatchObject([{ changed: [id], events: [{ kind: 'granted' }] }])
    expect(state.version).toBe(1)
    put(merged(voters('AAA', 3_000), held))
    expect(changes).toHaveLength(1)
    expect(state.locks.get(id)?.observedAt).toBe(new Date(T0 + 3_000).toISOString())
    put(merged(voters('AA?', 4_000), held))
    expect(changes.at(-1)).toMatchObject({ changed: [id], events: [] })
    expect(state.version).toBe(2)
  })

  it('goes on when a listener throws, and tells the others', () => {
    const heard = vi.fn()
    state.onChange(() => {
      throw new Error('disk full')
    })
    state.onChange(heard)
    put(merged(voters('AAA')))
    expect(heard).toHaveBeenCalledOnce()
    expect(troubles).toEqual([expect.objectContaining({ message: 'disk full' })])
  })

  it('forgets a lock that nobody has any more after a quarter of an hour, and not before', () => {
    const held = merged(voters('AAA'))
    put(held)
    put(merged(voters('...', 20_000), held))
    vi.advanceTimersByTime(14 * 60_000)
    expect(state.locks.has(id)).toBe(true)
    vi.advanceTimersByTime(61_000)
    expect(state.locks.has(id)).toBe(false)
    expect(changes.at(-1)).toMatchObject({ gone: [id] })
    expect(forgotten).toEqual([key])
  })

  it('does not forget a lock that was taken again meanwhile', () => {
    const held = merged(voters('AAA'))
    const free = merged(voters('...', 20_000), held)
    put(held)
    put(free)
    vi.advanceTimersByTime(14 * 60_000)
    put(merged(voters('BBB', 14 * 60_000), free))
    vi.advanceTimersByTime(60 * 60_000)
    expect(state.locks.has(id)).toBe(true)
  })

  it('judges by the time alone when nothing is read', () => {
    const waiters = {
      known: true as const,
      count: 3,
      list: ['u', 'v', 'w'].map((token) => seenWaiter(token)),
    }
    const lock = merged([
      { node: 'n1', says: 'sighting', latencyMs: 1, sighting: sighting(null, 0, { waiters }) },
    ])
    put(lock)
    expect(state.locks.get(id)?.verdicts).toEqual([])
    vi.advanceTimersByTime(10_001)
    expect(state.locks.get(id)?.verdicts).toMatchObject([{ id: 'hot', severity: 'risk' }])
    expect(changes.at(-1)).toMatchObject({ changed: [id], events: [] })
    vi.advanceTimersByTime(50_000)
    expect(state.locks.get(id)?.verdicts).toMatchObject([{ says: expect.stringContaining('60 s') }])
  })

  it('remembers the queue through a silence, so that nobody comes twice and whoever left is told', () => {
    const queue = (tokens: string[], readMs: number) => ({
      waiters: { known: true as const, count: tokens.length, list: tokens.map((token) => seenWaiter(token)) },
      readAt: T0 + readMs,
    })
    const lock = (tokens: string[], readMs: number, before: ReturnType<typeof merged> | null) =>
      merged(
        [
          {
            node: 'n1',
            says: 'sighting',
            latencyMs: 1,
            sighting: sighting(null, readMs, queue(tokens, readMs)),
          },
        ],
        before,
      )
    const first = lock(['v', 'w'], 0, null)
    put(first)
    const silent = merged(voters('?'), first)
    put(silent)
    changes = []
    put(lock(['w'], 5_000, silent))
    expect(changes.flatMap(({ events }) => events)).toMatchObject([{ kind: 'gave-up', tokenDigest: 'v' }])
  })

  it('finds circles of those who wait for each other, and says so until they are gone', async () => {
    const place = rowsOf('pay')
    const party = (name: string) => ({ label: name, identity: { ...nobody, service: name, process: name } })
    const lock = (name: string, holder: string, waiter: string | null, readMs: number) => {
      const waiters = { known: true as const, count: waiter ? 1 : 0, list: waiter ? [waits(waiter)] : [] }
      const nameBytes = btoa(name)
      const holders = [seenHolder(`${name} ${holder}`, party(holder))]
      return plainMerged(
        [
          {
            ...{ node: 'n1', says: 'sighting', latencyMs: 1 },
            sighting: sighting(null, readMs, { nameBytes, holders, waiters }),
          },
        ],
        null,
        { id: place.ids.idOf(name) },
      )
    }
    const waits = (name: string) => ({ ...seenWaiter(name, 10), ...party(name) })
    const read = (name: string, holder: string, waiter: string | null, readMs: number) => {
      const row = place.byId(place.ids.idOf(name))
      const before = row ? place.lockOf(row) : null
      state.put(place, [{ key: keyIdOf(name), row, before, lock: lock(name, holder, waiter, readMs) }])
    }
    read('a', 'one', 'two', 20)
    read('b', 'two', 'one', 20)
    await vi.advanceTimersByTimeAsync(1_100)
    const ids = [place.ids.idOf('a'), place.ids.idOf('b')]
    const found = () => ids.map((one) => state.locks.get(one)?.verdicts.map((verdict) => verdict.id))
    expect(found()).toEqual([['deadlock'], ['deadlock']])
    expect(ids.map((one) => state.locks.brief(one)?.severity)).toEqual(['risk', 'risk'])
    read('a', 'one', null, 1_200)
    await vi.advanceTimersByTimeAsync(1_100)
    expect(found()).toEqual([[], []])
  })

  it('asks how long a lock is usually held', () => {
    state = new FleetState({
      ...{ onTrouble: (error) => troubles.push(error), onForget() {} },
      usualOf: () => ({ holdP99Ms: 1_000, count: 1_000 }),
    })
    rows = rowsOf('pay')
    put(merged(voters('AAA')))
    put(merged(voters('AAA', 9_000), state.locks.get(id) ?? null))
    vi.advanceTimersByTime(3_600_000)
    expect(state.locks.get(id)?.verdicts.map((verdict) => verdict.id)).toContain('overdue')
  })
})
