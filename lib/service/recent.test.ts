import { beforeEach, describe, expect, it } from 'vitest'
import type { FleetEvent } from '../fleet/event.ts'
import { openRecent, type Recent } from './recent.ts'

const MINUTE = 60_000
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

describe('the recent events of a lock', () => {
  it('come in order with those of its backend, but without those of others', () => {
    recent.add([
      event('observing', { ...general, backend: null }),
      event('granted'),
      event('granted', { lock: 'lock-2' }),
      event('node-down', { ...general, node: 'b/n1' }),
      event('node-down', { ...general, backend: 'c', node: 'c/n1' }),
      event('released'),
    ])
    expect(kinds()).toEqual(['observing', 'granted', 'node-down', 'released'])
  })

  it('forget what is older than ten minutes', () => {
    recent.add([event('granted'), event('released')])
    now = 11 * MINUTE
    recent.add([event('granted', { tokenDigest: 'd2' })])
    expect(recent.of('lock-1', 'b').events.map((each) => each.tokenDigest)).toEqual(['d2'])
    expect(recent.grants('lock-1')).toBe(1)
  })

  it('count the grants that were forgotten, but not the one that still lasts', () => {
    recent.add([event('granted'), event('released'), event('granted', { tokenDigest: 'd2' })])
    now = 11 * MINUTE
    recent.add([event('granted', { tokenDigest: 'd3' })])
    const { events, grantsBefore } = recent.of('lock-1', 'b')
    expect(events.map((each) => each.tokenDigest)).toEqual(['d2', 'd3'])
    expect(grantsBefore).toBe(1)
  })

  it('still tell who held and who waited when the kept minutes began', () => {
    recent.add([event('granted'), event('waiting', { tokenDigest: 'd2' }), event('renewed')])
    recent.add([event('waiting', { tokenDigest: 'd3' }), event('gave-up', { tokenDigest: 'd3' })])
    now = 11 * MINUTE
    recent.add([event('released')])
    expect(recent.of('lock-1', 'b').events.map((each) => [each.kind, each.tokenDigest])).toEqual([
      ['granted', 'd1'],
      ['waiting', 'd2'],
      ['released', 'd1'],
    ])
  })

  it('still tell whether anybody looked when the kept minutes began', () => {
    recent.add([event('not-observing', { ...general, backend: null }), event('observing', general)])
    now = 30 * MINUTE
    recent.add([event('granted')])
    expect(kinds()).toEqual(['not-observing', 'observing', 'granted'])
  })

  it('stay within their bound', () => {
    recent = openRecent(() => now, 10)
    recent.add(Array.from({ length: 50 }, () => event('renewed')))
    expect(recent.of('lock-1', 'b').events).toHaveLength(10)
  })
})
