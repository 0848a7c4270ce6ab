import { beforeEach, describe, expect, it } from 'vitest'
import { sampleHolder } from '../admin/sample-lock.ts'
import type { FleetEvent } from '../fleet/event.ts'
import { spans } from '../fleet/spans.ts'
import { openRecent, type Recent } from './recent.ts'

const MINUTE = 60_000
const at = (ms: number) => new Date(ms).toISOString()
let now: number
let seq: number
let recent: Recent

const event = (kind: FleetEvent['kind'], more: Partial<FleetEvent> = {}): FleetEvent => {
  seq += 1
  return {
    seq: String(seq),
    at: new Date(now).toISOString(),
    kind,
    backend: 'b',
    lock: 'lock-1',
    lockName: 'orders/1',
    node: null,
    tokenDigest: 'd1',
    label: 'billing',
    fence: null,
    waiters: null,
    ...more,
  }
}
const general = { lock: null, lockName: null, tokenDigest: null, label: null }
const kinds = () => recent.of('lock-1', 'b').events.map((each) => each.kind)

beforeEach(() => {
  now = 0
  seq = 0
  recent = openRecent(() => now)
})

const holder = (tokenDigest: string, since: number) =>
  sampleHolder({ tokenDigest, since: new Date(since).toISOString() })
const lineOf = (...holders: ReturnType<typeof holder>[]) => {
  const window = {
    from: new Date(now - 10 * MINUTE).toISOString(),
    to: new Date(now).toISOString(),
    now: new Date(now).toISOString(),
  }
  const { events, grantsBefore } = recent.of('lock-1', 'b', holders)
  return spans(events, window, grantsBefore).holds
}

describe('the recent events of a lock', () => {
  it('come in order with those of its backend, but without those of others', () => {
    recent.add([
      event('observing', { ...general, backend: null }),
      event('waiting'),
      event('granted'),
      event('granted', { lock: 'lock-2' }),
      event('node-down', { ...general, node: 'b/n1' }),
      event('node-down', { ...general, backend: 'c', node: 'c/n1' }),
      event('released'),
    ])
    expect(kinds()).toEqual(['observing', 'waiting', 'granted', 'node-down', 'released'])
  })

  it('forget what is older than ten minutes', () => {
    recent.add([event('released', { tokenDigest: 'd0' }), event('granted'), event('released')])
    now = 11 * MINUTE
    recent.add([event('granted', { tokenDigest: 'd2' })])
    expect(recent.of('lock-1', 'b').events.map((each) => each.tokenDigest)).toEqual(['d2'])
    expect(recent.grants('lock-1')).toBe(1)
  })

  it('keep nothing of a lock that is held since it was first seen, and nothing of renewals', () => {
    recent.add([event('granted'), event('renewed'), event('state'), event('renewed')])
    expect(kinds()).toEqual([])
    now = 20 * MINUTE
    expect(lineOf(holder('d1', 0))).toMatchObject([{ tokenDigest: 'd1', from: at(0), end: 'open' }])
  })

  it('tell when a hold began of which only the end was kept', () => {
    recent.add([event('granted')])
    now = 5 * MINUTE
    recent.add([event('released', { lastedMs: 5 * MINUTE }), event('granted', { tokenDigest: 'd2' })])
    expect(lineOf(holder('d2', now))).toMatchObject([
      { tokenDigest: 'd1', from: at(0), to: at(5 * MINUTE), end: 'released' },
      { tokenDigest: 'd2', from: at(5 * MINUTE), to: null },
    ])
  })

  it('keep the tint of every hold while older ones are forgotten', () => {
    const tints = new Map<string, number>()
    for (let minute = 0; minute < 60; minute += 1) {
      now = minute * MINUTE
      const hold = Math.floor(minute / 3)
      const since = hold * 3 * MINUTE
      if (minute % 3 === 0) {
        if (hold > 0) recent.add([event('released', { tokenDigest: `d${hold - 1}`, lastedMs: 3 * MINUTE })])
        recent.add([event('granted', { tokenDigest: `d${hold}` })])
      }
      recent.add([event('node-up', { ...general, node: 'b/n1' })])
      for (const { tokenDigest, tint } of lineOf(holder(`d${hold}`, since))) {
        expect(tints.get(tokenDigest) ?? tint, tokenDigest).toBe(tint)
        tints.set(tokenDigest, tint)
      }
    }
    expect(tints.size).toBe(20)
  })

  it('keep the tint of a long hold when all else is forgotten', () => {
    recent.add([
      event('granted'),
      event('released', { lastedMs: 0 }),
      event('granted', { tokenDigest: 'd2' }),
    ])
    const [, before] = lineOf(holder('d2', 0))
    now = 30 * MINUTE
    recent.add([event('granted', { lock: 'lock-2' })])
    expect(lineOf(holder('d2', 0))).toMatchObject([{ tokenDigest: 'd2', tint: before?.tint }])
  })

  it('still tell who waited when the kept minutes began', () => {
    recent.add([event('waiting', { tokenDigest: 'd2' })])
    recent.add([event('waiting', { tokenDigest: 'd3' }), event('gave-up', { tokenDigest: 'd3' })])
    now = 11 * MINUTE
    recent.add([event('released')])
    expect(recent.of('lock-1', 'b').events.map((each) => [each.kind, each.tokenDigest])).toEqual([
      ['waiting', 'd2'],
      ['released', 'd1'],
    ])
  })

  it('still tell whether anybody looked when the kept minutes began', () => {
    recent.add([event('not-observing', { ...general, backend: null }), event('observing', general)])
    now = 30 * MINUTE
    recent.add([event('released')])
    expect(kinds()).toEqual(['not-observing', 'observing', 'released'])
  })

  it('stay within their bound', () => {
    recent = openRecent(() => now, 10)
    recent.add(Array.from({ length: 50 }, () => event('waiting')))
    expect(
      recent.of('lock-1', 'b').events.filter(({ kind }) => kind === 'waiting').length,
    ).toBeLessThanOrEqual(11)
    recent.add(Array.from({ length: 50 }, (_, n) => event('released', { lock: `lock-${n}` })))
    const kept = Array.from({ length: 50 }, (_, n) => recent.of(`lock-${n}`, 'b').events.length)
    expect(kept.filter((count) => count > 0).length).toBeLessThanOrEqual(11)
  })
})

describe('the locks that were granted most often', () => {
  it('are told by name, the most often granted first', async () => {
    for (const [lock, times] of [
      ['lock-1', 3],
      ['lock-2', 6],
      ['lock-3', 1],
    ] as const) {
      for (let time = 0; time < times; time += 1) {
        recent.add([event('granted', { lock, tokenDigest: `d${time}` })])
        recent.add([event('released', { lock, tokenDigest: `d${time}` })])
      }
    }
    await expect(recent.mostGranted(5)).resolves.toEqual(['lock-2', 'lock-1'])
    await expect(recent.mostGranted(1)).resolves.toEqual(['lock-2'])
    const summary = { events: 80, holds: 40, longestMs: 5 }
    recent.add([event('summarised', { lock: 'lock-1', tokenDigest: null, label: null, summary })])
    await expect(recent.mostGranted(1)).resolves.toEqual(['lock-1'])
  })
})
