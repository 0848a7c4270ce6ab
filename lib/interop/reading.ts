import type { Redis } from 'ioredis'
import { expect, vi } from 'vitest'
import { openBackend } from '../engines/registry.ts'
import { backendSpecSchema } from '../engines/spec.ts'
import type { Sighting } from '../fleet/sighting.ts'
import { testDigest } from '../watch/test-watching.ts'

/** For tests: one Redis as the console reads it, whole. */
export interface Reading {
  /** Everything that is found, also what is only a candidate. */
  sweep(): Promise<Sighting[]>
  /** What is found under these keys, whatever they are called. */
  under(keys: readonly string[]): Promise<Sighting[]>
  /** What is found under a key, as soon as it is. */
  lock(key: string): Promise<Sighting>
  close(): Promise<void>
}

interface Pin {
  match: string
  dialect: string
}

const WITHIN = { timeout: 10_000, interval: 20 }

export async function openReading(url: string, patterns: Pin[] = []): Promise<Reading> {
  const spec = backendSpecSchema.parse({ id: 'other', kind: 'redis', url, patterns })
  const open = await openBackend(spec, { digest: testDigest })
  const sweep = async () => {
    const [observer] = open.observers
    const found: Sighting[] = []
    for await (const page of observer?.sweep(AbortSignal.timeout(10_000)) ?? []) found.push(...page)
    return found
  }
  return {
    sweep,
    async under(keys) {
      const ids = keys.map((key) => Buffer.from(key).toString('base64url'))
      const found = (await open.observers[0]?.reread(ids)) ?? new Map()
      return [...found.values()].filter((sighting) => sighting !== null)
    },
    lock: (key) =>
      vi.waitFor(async () => {
        const id = Buffer.from(key).toString('base64url')
        const sighting = (await sweep()).find((each) => each.key === id)
        if (!sighting) throw new Error(`nothing was found under ${key}`)
        return sighting
      }, WITHIN),
    close: () => open.close(),
  }
}

/** The same, where what is left of its first hold has to lie between what the key says before and after. */
export async function lockInTime(reading: Reading, redis: Redis, key: string): Promise<Sighting> {
  await reading.lock(key)
  const before = await redis.pttl(key)
  const sighting = await reading.lock(key)
  const after = await redis.pttl(key)
  const remainingMs = sighting.holders[0]?.remainingMs
  expect(remainingMs).toBeLessThanOrEqual(before)
  expect(remainingMs).toBeGreaterThanOrEqual(after)
  expect(sighting.holders[0]?.remainingIs).toBe('exact')
  return sighting
}

export const nameOf = ({ nameBytes }: Sighting): string => Buffer.from(nameBytes, 'base64').toString()
