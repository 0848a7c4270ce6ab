import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Sighting } from '../../fleet/sighting.ts'
import { Decoded } from './decoded.ts'
import type { Raw } from './dialects/dialect.ts'
import { sightingOf } from './dialects/index.ts'

const NOW = Date.parse('2026-11-21T03:00:00.000Z')
const TOKEN = '5f0c6e1d2b3a49788796a5b4c3d2e1f0'

const raw = (expiry: number, value = TOKEN, key = 'locks:42'): Raw => ({
  ...{ type: 'string', key: Buffer.from(key), expiry, size: value.length, head: Buffer.from(value) },
})
const decode = (read: Raw, readAt: number): Sighting | null =>
  sightingOf({
    ...{ raw: read, beside: new Map(), nodeNow: readAt, readAt, pinned: null },
    digest: (token) => `digest of ${token.toString().slice(0, 4)}`,
  })

describe('what one voter has told', () => {
  let decoded: Decoded

  beforeEach(() => {
    vi.useFakeTimers({ now: NOW })
    decoded = new Decoded()
    const first = raw(9_000)
    const sighting = decode(first, NOW)
    if (sighting) decoded.note(first, sighting)
  })
  afterEach(() => void vi.useRealTimers())

  it('is what the others tell that have the same, with their own times', () => {
    const other = raw(8_750)
    expect(decoded.recall(other, NOW + 40)).toEqual(decode(other, NOW + 40))
    expect(decoded.recall(other, NOW + 40)?.holders).toMatchObject([{ remainingMs: 8_750 }])
  })

  it('says nothing of another value, another key, one that has no end, or one that was cut', () => {
    expect(decoded.recall(raw(9_000, TOKEN.replace('5', '6')), NOW)).toBeUndefined()
    expect(decoded.recall(raw(9_000, TOKEN, 'locks:43'), NOW)).toBeUndefined()
    expect(decoded.recall(raw(-1), NOW)).toBeUndefined()
    expect(decoded.recall({ ...raw(9_000), size: 9_999 }, NOW)).toBeUndefined()
  })

  it('is not taken for what the others tell where it has times of its own', () => {
    const timed = raw(7_000, `${'a'.repeat(32)}`, 'locks:timed')
    const sighting = decode(timed, NOW)
    const [holder] = sighting?.holders ?? []
    if (!sighting || !holder) throw new Error('not decoded')
    decoded.note(timed, { ...sighting, holders: [{ ...holder, since: NOW }] })
    decoded.note(timed, { ...sighting, holders: [{ ...holder, remainingMs: 3_000 }] })
    expect(decoded.recall(timed, NOW)).toBeUndefined()
    decoded.note(timed, sighting)
    expect(decoded.recall(timed, NOW)).toBeDefined()
  })

  it('is soon forgotten', () => {
    vi.advanceTimersByTime(5_001)
    expect(decoded.recall(raw(9_000), NOW)).toBeDefined()
    vi.advanceTimersByTime(5_000)
    expect(decoded.recall(raw(9_000), NOW)).toBeUndefined()
    expect(vi.getTimerCount()).toBe(0)
  })
})
