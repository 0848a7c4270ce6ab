import { describe, expect, it } from 'vitest'
import type { Sighting } from '../../fleet/sighting.ts'
import { Crowds } from './observe-crowds.ts'
import { sampleSighting } from './testing/sample-sighting.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const SWEEP_MS = 3 * MINUTE_MS

interface Key {
  name: string
  token: string
  endsAt: number
}

/** A Redis of nothing but these, which is swept every few minutes. */
function sweeping(keys: Map<string, Key>) {
  const crowds = new Crowds()
  let now = 1_000_000
  const seen = ({ name, token, endsAt }: Key): Sighting =>
    sampleSighting({ name, token, remainingMs: endsAt - now, readAt: now, confidence: 'likely' })
  const sweep = () => {
    crowds.begin()
    const found = [...keys.values()].map(seen)
    crowds.swept(found)
    crowds.end(now)
    return found
  }
  const put = (name: string, { token = name, ttl = DAY_MS } = {}) =>
    keys.set(name, { name, token, endsAt: now + ttl })
  return {
    crowds,
    put,
    sweep,
    /** Between the sweeps something is done. */
    sweeps(count: number, meanwhile: (turn: number) => void = () => {}) {
      for (let turn = 0; turn < count; turn++) {
        now += SWEEP_MS
        meanwhile(turn)
        for (const [name, { endsAt }] of keys) if (endsAt <= now) keys.delete(name)
        sweep()
      }
    },
    /** What is said of the names now. */
    confidences() {
      return new Set([...keys.values()].map((key) => crowds.judged(seen(key)).confidence))
    },
  }
}

const many = (count: number, name: (index: number) => string) =>
  Array.from({ length: count }, (_, at) => name(at))
const session = (index: number) => `lock:session:${index}-58cc-4372`

function swept(count: number, name: (index: number) => string) {
  const keys = new Map<string, Key>()
  const it = sweeping(keys)
  for (const each of many(count, name)) it.put(each)
  it.sweep()
  return { ...it, keys }
}

describe('thousands of names with one beginning', () => {
  it('only might be locks when nothing of them is ever released, renewed or taken again', () => {
    const { crowds, sweeps, confidences } = swept(5_000, session)
    expect(confidences()).toEqual(new Set(['likely']))
    sweeps(4)
    expect(confidences()).toEqual(new Set(['candidate']))
    const [words, ...others] = crowds.setAside()
    expect(words).toMatch(/^about \d{4} names that begin with lock:session: \(redlock\)$/)
    expect(others).toEqual([])
  })

  it('are no locks either where they come, and go when their time is over', () => {
    const { sweeps, put, confidences, keys } = swept(0, session)
    let made = 0
    sweeps(12, () => {
      for (const name of many(800, () => session(made++))) put(name, { ttl: 12 * MINUTE_MS })
    })
    expect(keys.size).toBeGreaterThan(2_000)
    expect(confidences()).toEqual(new Set(['candidate']))
  })

  it('are likely locks while some of them are released and others taken', () => {
    const { sweeps, put, confidences, crowds, keys } = swept(3_000, session)
    let made = 3_000
    sweeps(9, () => {
      for (const name of [...keys.keys()].slice(0, 90)) keys.delete(name)
      for (const name of many(90, () => session(made++))) put(name)
    })
    expect(confidences()).toEqual(new Set(['likely']))
    expect(crowds.setAside()).toEqual([])
  })

  it('are likely locks while they are renewed, or taken by one after the other', () => {
    const renewed = swept(3_000, session)
    renewed.sweeps(9, () => {
      for (const name of [...renewed.keys.keys()].slice(0, 600)) renewed.put(name)
    })
    expect(renewed.confidences()).toEqual(new Set(['likely']))
    const taken = swept(3_000, session)
    taken.sweeps(9, (turn) => {
      for (const name of [...taken.keys.keys()].slice(0, 600))
        taken.put(name, { token: `${name} ${turn}`, ttl: DAY_MS - (turn + 1) * SWEEP_MS })
    })
    expect(taken.confidences()).toEqual(new Set(['likely']))
  })

  it('are likely locks again as soon as they show life, and when they are few', () => {
    const { sweeps, put, confidences, keys } = swept(5_000, session)
    sweeps(4)
    expect(confidences()).toEqual(new Set(['candidate']))
    sweeps(1, () => {
      for (const name of [...keys.keys()].slice(0, 100)) put(name, { ttl: 2 * DAY_MS })
    })
    expect(confidences()).toEqual(new Set(['likely']))
    sweeps(4)
    expect(confidences()).toEqual(new Set(['candidate']))
    sweeps(1, () => {
      for (const name of [...keys.keys()].slice(500)) keys.delete(name)
    })
    expect(confidences()).toEqual(new Set(['likely']))
  })

  it('are judged each by its own beginning', () => {
    const { sweeps, put, crowds, keys } = swept(5_000, session)
    put('lock:orders:7')
    sweeps(4)
    const at = (name: string) =>
      crowds.judged(sampleSighting({ name, token: 'a', remainingMs: 1, readAt: 1, confidence: 'likely' }))
    expect(keys.has('lock:orders:7')).toBe(true)
    expect(at('lock:orders:7').confidence).toBe('likely')
    expect(at(session(70_000)).confidence).toBe('candidate')
  })

  it('are left alone where they are certain, or never end', () => {
    const { sweeps, crowds } = swept(5_000, session)
    sweeps(4)
    const about = { name: session(1), token: 'a', readAt: 1 } as const
    const certain = sampleSighting({ ...about, remainingMs: 1, confidence: 'certain' })
    expect(crowds.judged(certain)).toBe(certain)
    const endless = sampleSighting({ ...about, remainingMs: null, confidence: 'likely' })
    expect(crowds.judged(endless)).toBe(endless)
  })

  it('are judged by sweeps that ended well', () => {
    const { sweeps, crowds, confidences } = swept(5_000, session)
    sweeps(1)
    // One that breaks off has found nothing, and that is no release of anything.
    crowds.begin()
    sweeps(3)
    expect(confidences()).toEqual(new Set(['candidate']))
  })
})
