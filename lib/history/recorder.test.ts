import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { NewEvent } from '../fleet/event.ts'
import { openSql, type Sql } from './database.ts'
import { Recorder } from './recorder.ts'
import type { Limits } from './retention.ts'
import { HISTORY_MIGRATIONS, migrate } from './schema.ts'
import { looking, numbered, START } from './test-story.ts'
import { withoutWholes } from './wholes.ts'

let dir: string
let sql: Sql
let seq: number

const open = (limits: Partial<Limits> = {}) => {
  const file = join(dir, 'history.db')
  sql = openSql(file, 'fast')
  migrate(sql, file, HISTORY_MIGRATIONS)
  return new Recorder(sql, { maxAgeMs: 10 ** 12, maxBytes: 10 ** 12, ...limits })
}

const event = (ms: number, kind: NewEvent['kind'], token: string | null, more: Partial<NewEvent> = {}) => ({
  ...{ at: new Date(START + ms).toISOString(), kind, backend: 'b', lock: 'l', lockName: 'orders/1' },
  ...{ node: null, tokenDigest: token, label: token, fence: null, waiters: 0 },
  ...more,
})

const record = (recorder: Recorder, events: readonly NewEvent[], at = START) => {
  recorder.record(numbered(events, seq), at)
  seq += events.length
}

const timeline = (recorder: Recorder, from: number, to: number, lock = 'l') =>
  recorder.timeline({
    ...{ lock, backend: 'b', kind: 'mutex' as const, from: START + from, to: START + to, now: START + to },
  })

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lockkeeper-recorder-'))
  seq = 1
})
afterEach(() => {
  sql.close()
  rmSync(dir, { recursive: true })
})

describe('a timeline', () => {
  it('begins with the hold that was there when the window began, without its older renewals', () => {
    const recorder = open()
    record(recorder, [
      looking(START),
      event(1_000, 'granted', 'a'),
      event(2_000, 'renewed', 'a'),
      event(5_000, 'renewed', 'a'),
      event(5_500, 'granted', 'x', { lock: 'other' }),
      event(6_000, 'node-down', null, { lock: null, node: 'b/n1' }),
      event(6_000, 'node-down', null, { lock: null, backend: 'elsewhere', node: 'elsewhere/n1' }),
      event(7_000, 'released', 'a'),
    ])
    const { holds, markers, gaps } = timeline(recorder, 4_000, 8_000)
    expect(holds).toMatchObject([
      { tokenDigest: 'a', end: 'released', renewals: [event(5_000, 'renewed', 'a').at] },
    ])
    expect(markers.map(({ says }) => says)).toEqual(['b/n1 gives no answer'])
    expect(gaps).toEqual([])
  })

  it('knows a hold that is older than every event that is kept', () => {
    const recorder = open({ maxAgeMs: 60_000 })
    record(recorder, [
      looking(START),
      event(1_000, 'granted', 'a'),
      event(2_000, 'granted', 'y', { lock: 'z' }),
    ])
    recorder.checkpoint(START + 3_000)
    record(recorder, [event(90_000, 'granted', 'p', { lock: 'q' })])
    recorder.tidy(START + 120_000)
    expect(recorder.since(0, 0, 100).map(({ lock }) => lock)).toEqual(['q'])
    const { holds, gaps } = timeline(recorder, 91_000, 120_000)
    expect(gaps).toEqual([])
    expect(holds).toMatchObject([{ tokenDigest: 'a', from: event(1_000, 'granted', 'a').at, end: 'open' }])
  })

  it('keeps the tints of its holds while the window moves on', () => {
    const recorder = open()
    const holds = Array.from({ length: 7 }, (_, n) => [
      event(n * 1_000, 'granted', `t${n}`),
      event(n * 1_000 + 900, 'released', `t${n}`),
    ]).flat()
    record(recorder, [looking(START), ...holds])
    const tintOf = (from: number) =>
      timeline(recorder, from, 9_000).holds.find(({ tokenDigest }) => tokenDigest === 't6')?.tint
    expect([tintOf(0), tintOf(1_500), tintOf(2_500), tintOf(5_950)]).toEqual([0, 0, 0, 0])
  })

  it('shows the newest of very many events and says that it does', () => {
    const recorder = open()
    const holds = Array.from({ length: 6_000 }, (_, n) => [
      event(n * 10, 'granted', `t${n}`),
      event(n * 10 + 5, 'released', `t${n}`),
    ]).flat()
    record(recorder, [looking(START), ...holds])
    const { holds: shown, markers, gaps } = timeline(recorder, 0, 60_000)
    expect(shown.length).toBe(5_000)
    expect(markers.map(({ kind }) => kind)).toContain('cut')
    expect(gaps[0]).toEqual({ from: event(0, 'granted', null).at, to: shown[0]?.from })
  })

  it('says of a busy second that it is summarised', () => {
    const recorder = open()
    const summary = { events: 200, holds: 100, longestMs: 12 }
    record(recorder, [
      looking(START),
      event(1_000, 'summarised', null, { summary }),
      event(2_000, 'summarised', null, { summary: { ...summary, longestMs: 30 } }),
      event(30_000, 'summarised', null, { summary }),
    ])
    expect(timeline(recorder, 0, 60_000).markers.map(({ says }) => says)).toEqual([
      'summarised: 200 more holds within 2 s, the longest 30 ms',
      'summarised: 100 more holds within 1 s, the longest 12 ms',
    ])
  })

  it('claims no hold that may have ended while nobody looked, also when the window begins after that', () => {
    const recorder = open()
    record(recorder, [
      looking(START),
      event(1_000, 'granted', 'a'),
      event(1_500, 'granted', 'x', { lock: 'm' }),
    ])
    record(recorder, [looking(START + 3_000, 'not-observing'), looking(START + 6_000)])
    record(recorder, [event(6_100, 'granted', 'x', { lock: 'm', at: event(1_500, 'granted', 'x').at })])
    expect(timeline(recorder, 7_000, 9_000)).toMatchObject({ holds: [], gaps: [] })
    expect(timeline(recorder, 7_000, 9_000, 'm').holds).toMatchObject([{ tokenDigest: 'x', end: 'open' }])
    record(recorder, [event(9_000, 'not-recorded', null, { lock: null, backend: null, lastedMs: 500 })])
    record(recorder, [{ ...looking(START + 9_800), backend: null }, event(12_000, 'granted', 'y')])
    expect(timeline(recorder, 10_000, 13_000, 'm')).toMatchObject({ holds: [], gaps: [] })
  })

  it('is a gap from what could not be recorded until everything that stands was told again', () => {
    const recorder = open()
    const lost = event(2_000, 'not-recorded', null, { lock: null, backend: null, lastedMs: 1_000 })
    record(recorder, [looking(START), event(1_000, 'granted', 'a', { state: 'held' }), lost])
    const gap = (from: number, to: number) => [
      { from: event(from, 'granted', null).at, to: event(to, 'granted', null).at },
    ]
    expect(timeline(recorder, 0, 9_000).gaps).toEqual(gap(2_000, 9_000))
    record(recorder, [event(1_000, 'granted', 'a', { state: 'held' })])
    expect(recorder.past(START + 9_000, 0, 9, START)).toMatchObject({ isPatchy: true })
    record(recorder, [{ ...looking(START + 5_000), backend: null }])
    expect(timeline(recorder, 0, 9_000).gaps).toEqual(gap(2_000, 5_000))
    expect(timeline(recorder, 4_000, 9_000).gaps).toEqual(gap(4_000, 5_000))
    expect(timeline(recorder, 0, 9_000).holds).toMatchObject([{ tokenDigest: 'a', end: 'open' }])
    recorder.checkpoint(START + 9_500)
    const past = (ms: number) => recorder.past(START + ms, 0, 9, START + 99_000 + ms)
    expect(past(4_000)).toMatchObject({ isPatchy: true, total: 1 })
    expect(past(9_600)).toMatchObject({ isPatchy: false, total: 1, observed: ['b'] })
  })

  it('ends nothing that it did not see end', () => {
    const recorder = open()
    record(recorder, [
      looking(START),
      event(1_000, 'granted', 'a'),
      event(2_000, 'not-recorded', null, { lock: null, backend: null, lastedMs: 3_000 }),
      event(8_000, 'granted', 'b'),
    ])
    const { holds, gaps } = timeline(recorder, 0, 9_000)
    expect(holds).toMatchObject([{ end: 'unknown' }, { tokenDigest: 'b', end: 'open' }])
    expect(gaps).toEqual([{ from: event(2_000, 'granted', null).at, to: event(9_000, 'granted', null).at }])
    expect(recorder.past(START + 9_000, 0, 9, START)).toMatchObject({ isPatchy: true, total: 1 })
  })
})

describe('what is usual', () => {
  it('tells holds and waits apart, and outlives a restart', () => {
    const first = open()
    const ended = (n: number, lastedMs: number) => event(n, 'released', `t${n}`, { lastedMs })
    record(
      first,
      Array.from({ length: 99 }, (_, n) => ended(n, 100)),
    )
    record(first, [ended(99, 60_000), event(200, 'granted', 'w', { lastedMs: 5_000 })])
    const told = first.usual(['l', 'never-seen'])
    expect(told[0]?.[1].holds?.count).toBe(100)
    expect(told[0]?.[1].holds?.p90Ms).toBeCloseTo(100, -1)
    expect(told[0]?.[1].waits).toMatchObject({ count: 1 })
    expect(told[1]?.[1]).toEqual({ holds: null, waits: null })
    first.end()
    const second = open()
    expect(second.usual(['l', 'never-seen'])).toEqual(told)
    record(second, [ended(300, 100)])
    expect(second.usual(['l'])[0]?.[1].holds?.count).toBe(101)
  })
})

it('counts every hold and every wait once in what is usual, also those that are only summarised', () => {
  const recorder = open()
  const holds = Array.from({ length: 60 }, (_, n) => [
    event(n * 10, 'waiting', `t${n}`),
    event(n * 10 + 1, 'granted', `t${n}`, { lastedMs: 40 }),
    event(n * 10 + 9, 'released', `t${n}`, { lastedMs: 100 }),
    // As on a quorum, where who waits has a token of its own.
    event(n * 10 + 9, 'waiting', `q${n}`),
    event(n * 10 + 9, 'gave-up', `q${n}`, { label: n % 2 === 0 ? `t${n}` : 'other', lastedMs: 40 }),
  ]).flat()
  const once = withoutWholes(holds.slice(100))
  const twice = withoutWholes([...once.kept, ...once.summaries])
  record(recorder, holds.slice(0, 100))
  record(recorder, [...twice.kept, ...twice.summaries])
  const usual = recorder.usual(['l'])[0]?.[1]
  expect([usual?.holds?.count, usual?.waits?.count]).toEqual([60, 90])
  expect(usual?.holds?.p99Ms).toBeCloseTo(100, -1)
  expect(recorder.since(0, 0, 1_000).at(-1)?.summary).toEqual({ events: 200, holds: 40, longestMs: 100 })
})

it('takes a place in a queue that is left right after a grant of the same name for a wait, and others for none', () => {
  const recorder = open()
  record(recorder, [
    event(1_000, 'waiting', 'ticket', { label: 'billing' }),
    event(4_000, 'granted', 'a', { label: 'billing' }),
    event(4_100, 'gave-up', 'ticket', { label: 'billing', lastedMs: 3_100 }),
    event(4_200, 'gave-up', 'other', { label: 'mailer', lastedMs: 60_000 }),
    event(9_000, 'gave-up', 'again', { label: 'billing', lastedMs: 60_000 }),
  ])
  const waits = recorder.usual(['l'])[0]?.[1].waits
  expect(waits?.count).toBe(1)
  expect(waits?.p50Ms).toBeCloseTo(3_100, -3)
})

describe('forgetting', () => {
  it('forgets what is too old, with the locks of which nothing is left', () => {
    const recorder = open({ maxAgeMs: 1_000 })
    record(recorder, [event(0, 'granted', 'a', { lock: 'old' }), event(1, 'released', 'a', { lock: 'old' })])
    record(recorder, [event(5_000, 'granted', 'b')])
    recorder.tidy(START + 5_500)
    expect(recorder.since(0, 0, 10).map(({ lock }) => lock)).toEqual(['l'])
    expect(sql.all('select lock from lock')).toEqual([{ lock: 'l' }])
  })

  it('forgets nothing young that was told before something older', () => {
    const recorder = open({ maxAgeMs: 60_000 })
    record(recorder, [looking(START + 2_000), event(1_000, 'granted', 'a')])
    recorder.tidy(START + 5_000)
    expect(recorder.since(0, 0, 10).map(({ kind }) => kind)).toEqual(['observing', 'granted'])
    expect(timeline(recorder, -60_000, 5_000).gaps).toEqual([
      { from: event(-60_000, 'granted', null).at, to: event(2_000, 'granted', null).at },
    ])
  })

  it('keeps the file as small as it should be while more and more happens, and the newest of it', () => {
    const maxBytes = 1_500_000
    const recorder = open({ maxBytes })
    for (let round = 0; round < 30; round++) {
      const events = Array.from({ length: 1_000 }, (_, n) =>
        event(round * 1_000 + n, n % 2 === 0 ? 'granted' : 'released', `token-${round}-${n >> 1}`, {
          lock: `lock-${n % 100}`,
        }),
      )
      record(recorder, events)
      recorder.tidy(START + round * 1_000)
    }
    for (let round = 0; round < 5; round++) recorder.tidy(START + 40_000)
    const { bytes, events } = recorder.size()
    expect(bytes).toBeLessThanOrEqual(maxBytes * 1.1)
    expect(events).toBeGreaterThan(1_000)
    expect(recorder.since(0, seq - 2, 10).length).toBe(1)
  })

  it('still tells how the fleet stood at every time of which it keeps the events', () => {
    const recorder = open({ maxAgeMs: 10_000 })
    record(recorder, [looking(START), event(0, 'granted', 'a', { state: 'held' })])
    recorder.checkpoint(START + 1_000)
    record(recorder, [event(2_000, 'granted', 'b', { lock: 'm', state: 'held' })])
    recorder.checkpoint(START + 12_500)
    record(recorder, [event(13_000, 'released', 'b', { lock: 'm', state: 'free' })])
    recorder.tidy(START + 22_500)
    const stood = (ms: number) => {
      const { locks, isPatchy } = recorder.past(START + ms, 0, 10, START + ms)
      return { locks: locks.map(({ lock }) => lock), isPatchy }
    }
    expect(stood(12_600)).toEqual({ locks: ['l', 'm'], isPatchy: false })
    expect(stood(14_000)).toEqual({ locks: ['l'], isPatchy: false })
    expect(stood(5_000)).toEqual({ locks: [], isPatchy: true })
  })
})
