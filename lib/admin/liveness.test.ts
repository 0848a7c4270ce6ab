import { describe, expect, it } from 'vitest'
import { liveness } from './liveness.ts'
import { SAMPLE_NOW, sampleHolder } from './sample-lock.ts'

const NOW = SAMPLE_NOW
const iso = (at: number) => new Date(at).toISOString()
const fresh = { renewals: 0, lastRenewedAt: null }
const judge = (more: Parameters<typeof sampleHolder>[0]) => liveness(sampleHolder(more), NOW, NOW)

describe('a holder', () => {
  it('is alive when it was renewed less than half its TTL ago', () => {
    expect(judge({})).toBe('alive')
    expect(judge({ ...fresh, remainingMs: 6_000 })).toBe('alive')
  })

  it('is alive when it was granted a moment ago and had no time to renew', () => {
    expect(judge({ ...fresh, since: iso(NOW - 1_000) })).toBe('alive')
  })

  it('is silent when it let more than half of its TTL pass', () => {
    expect(judge({ remainingMs: 4_000, lastRenewedAt: iso(NOW - 6_000) })).toBe('silent')
    expect(judge({ ...fresh, remainingMs: 4_000 })).toBe('silent')
  })

  it('is judged by the age of the reading, too', () => {
    expect(liveness(sampleHolder({ ...fresh, remainingMs: 6_000 }), NOW, NOW)).toBe('alive')
    expect(liveness(sampleHolder({ ...fresh, remainingMs: 6_000 }), NOW, NOW + 2_000)).toBe('silent')
  })

  it('is judged by what remains where the store does not tell its TTL', () => {
    const untold = { ...fresh, ttlMs: null }
    expect(judge({ ...untold, since: iso(NOW - 1_000), remainingMs: 9_000 })).toBe('alive')
    expect(judge({ ...untold, since: iso(NOW - 9_000), remainingMs: 1_000 })).toBe('silent')
  })

  it('is not known to be alive or silent when nothing tells', () => {
    expect(judge({ ...fresh, ttlMs: null, remainingMs: 9_000, since: null, sinceIs: 'unknown' })).toBe(
      'unknown',
    )
    expect(judge({ ...fresh, ttlMs: null, remainingMs: null, remainingIs: 'none' })).toBe('unknown')
  })
})
