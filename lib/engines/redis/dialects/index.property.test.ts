import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Raw } from './dialect.ts'
import { besideOf, dialectIds, routeOf, sightingOf } from './index.ts'
import { NOW } from './test-seen.ts'

const digest = (token: Uint8Array | string) => Buffer.from(token).toString('hex')

/** Pieces that dialects look for, so that the halves of a format meet the wrong other halves. */
const PIECES = [
  ...[
    'lock:',
    'mutex:',
    'semaphore:',
    'redisson_lock_queue:',
    '{a}',
    ':timeout',
    '.readers',
    '.writer',
    ':lock',
  ],
  ...[
    'rueidislock:',
    '0:',
    'uniquejobs:',
    ':LOCKED',
    'bull:',
    'job-lock:',
    'ADDED:',
    '@',
    'mode',
    'write',
    ':1',
  ],
  ...[
    '1b2f3c4d-58cc-4372-a567-0e02b2c3d479',
    '70ae1b55ae774347179c64e8d2f4ea03',
    '_812_',
    '__write__',
    '_WRITERWAITING',
  ],
  ...[
    '2026-11-21T02:59:30Z',
    '1795226219637',
    '-1',
    '{"worker":1,"time":{}}',
    '{',
    '\u001b[31m',
    '\u202e',
    'SEMAPHORE:',
    ':GRABBED',
  ],
].map((text) => Buffer.from(text))

const bytes = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 4 }).map((all) => Buffer.concat(all)),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((all) => Buffer.from(all)) },
)
const score = fc.oneof(
  fc.double(),
  fc.integer({ min: -60_000, max: 60_000 }).map((ms) => NOW + ms),
)

const common = fc.record({ key: bytes, expiry: fc.integer({ min: -2, max: 90_000 }), size: fc.nat(100) })
const kinds = fc.oneof(
  fc.record({ type: fc.constant('string' as const), head: bytes }),
  fc.record({
    type: fc.constant('hash' as const),
    fields: fc.array(fc.tuple(bytes, bytes), { maxLength: 3 }),
  }),
  fc.record({
    type: fc.constant('zset' as const),
    members: fc.array(fc.tuple(bytes, score), { maxLength: 3 }),
  }),
  fc.record({
    type: fc.constantFrom('list' as const, 'set' as const),
    items: fc.array(bytes, { maxLength: 3 }),
  }),
  fc.record({ type: fc.constantFrom('stream' as const, 'other' as const, 'none' as const) }),
)
const anything: fc.Arbitrary<Raw> = fc.tuple(common, kinds).map(([all, kind]) => ({ ...all, ...kind }))

it('makes something or nothing of whatever is there, and never fails', () => {
  const pins = fc.constantFrom(null, 'none', ...dialectIds)
  const property = fc.property(
    anything,
    fc.array(anything, { maxLength: 3 }),
    pins,
    (raw, others, pinned) => {
      const lock = routeOf(raw.key, () => pinned)
      expect(lock === null || Buffer.isBuffer(lock)).toBe(true)
      const asked = besideOf(raw)?.keys ?? []
      const beside = new Map(asked.map((key, index) => [key.toString('latin1'), others[index] ?? null]))
      const seen = { raw, beside, nodeNow: NOW, readAt: NOW, pinned, digest }
      const sighting = sightingOf(seen)
      if (!sighting) return
      expect(sighting.key).toBe(raw.key.toString('base64url'))
      expect(sighting.holders.length).toBeGreaterThan(0)
      if (raw.type === 'string' && raw.head.length > 20)
        expect(JSON.stringify(sighting)).not.toContain(raw.head.toString())
      for (const { remainingMs, since, label, identity } of sighting.holders) {
        expect(remainingMs === null || (Number.isFinite(remainingMs) && remainingMs >= 0)).toBe(true)
        expect(since === null || Number.isFinite(new Date(since).getTime())).toBe(true)
        expect(label + JSON.stringify(identity)).not.toMatch(/[\p{Cc}\u202e]/u)
      }
    },
  )
  fc.assert(property, { numRuns: 2_000 })
}, 30_000)

it('is not held up by long names that are made for it', () => {
  const names = [
    '{a}:lock.',
    '-database-',
    'registry',
    'a:',
    ':',
    '{',
    '_1_',
    'lock',
    'huey.r..lock',
    '1',
    '-database-1',
  ]
  const values = [
    'aB3dE6gH9jK2mN5p',
    '1069c53e-82d5-4e86-89e6-29c9447d4997',
    '1',
    '70ae1b55ae774347179c64e8d2f4ea03',
    'aB3dE6gH9jK2mN5pQ8rS',
  ]
  for (const name of names)
    for (const head of values.map((value) => Buffer.from(value)))
      for (const end of ['', ':lock', '.writer', ':timeout', ':LOCKED']) {
        const key = Buffer.concat([Buffer.alloc(200_000, name), Buffer.from(end)])
        const raw: Raw = { key, expiry: 1, size: head.length, type: 'string', head }
        expect(routeOf(key, () => null)).not.toBeUndefined()
        expect(besideOf(raw)).not.toBeUndefined()
        sightingOf({ raw, beside: new Map(), nodeNow: NOW, readAt: NOW, pinned: null, digest })
      }
}, 30_000)
