import { describe, expect, it } from 'vitest'
import { Renewed } from './observe-renewed.ts'
import { sampleSighting } from './testing/sample-sighting.ts'

const SWEEP_MS = 10_000

function looking() {
  const renewed = new Renewed()
  const look = (name: string, at: number, { token = 'a', remainingMs = 30_000 } = {}) =>
    renewed.judged(sampleSighting({ name, token, remainingMs, readAt: at, confidence: 'candidate' }))
      .confidence
  return {
    renewed,
    look,
    /** Looked at again and again while it is renewed. */
    keep(name: string, times = 4) {
      let said = ''
      for (let turn = 0; turn < times; turn++) said = look(name, turn * SWEEP_MS)
      return said
    },
  }
}

describe('a token whose name says nothing', () => {
  it('is likely that of a lock when it is renewed again and again before it runs out', () => {
    const { keep } = looking()
    expect(keep('orders', 3)).toBe('candidate')
    expect(keep('orders')).toBe('likely')
  })

  it('stays what it is while its time runs, and where its time is long', () => {
    const { look } = looking()
    for (let turn = 0; turn < 10; turn++) {
      expect(look('still', turn * 1_000, { remainingMs: 30_000 - turn * 1_000 })).toBe('candidate')
      expect(look('session', turn * SWEEP_MS, { remainingMs: 1_800_000 })).toBe('candidate')
      expect(look('otp', turn * SWEEP_MS, { token: String(turn) })).toBe('candidate')
    }
  })

  it('is known by its name when the next one takes it', () => {
    const { keep, look, renewed } = looking()
    keep('orders')
    expect(look('orders', 50_000, { token: 'b' })).toBe('likely')
    renewed.gone(Buffer.from('orders').toString('base64url'))
    expect(look('orders', 90_000, { token: 'c' })).toBe('likely')
  })

  it('is a sign of life, and none of a lock, where many with the same beginning are renewed', () => {
    const { keep, look } = looking()
    for (let user = 0; user < 20; user++) expect(keep(`present:${user}`)).toBe('likely')
    expect(keep('present:20')).toBe('candidate')
    expect(look('present:3', 60_000)).toBe('candidate')
    expect(keep('orders')).toBe('likely')
  })

  it('is not one of many while those before it are gone', () => {
    const { keep, renewed } = looking()
    for (let order = 0; order < 40; order++) {
      expect(keep(`order:${order}`)).toBe('likely')
      renewed.gone(Buffer.from(`order:${order}`).toString('base64url'))
    }
  })
})
