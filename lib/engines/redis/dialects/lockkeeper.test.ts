import { describe, expect, it } from 'vitest'
import { decodeOwn, type RawOwn } from './lockkeeper.ts'

const digest = (token: Uint8Array | string) => `d${Buffer.from(token).toString('latin1')}`
const TOKEN = 'a'.repeat(32)
const OFFSET = 5_000

const raw = (over: Partial<RawOwn> = {}): RawOwn => ({
  key: Buffer.from('lk:{orders/42}'),
  name: Buffer.from('orders/42'),
  value: null,
  expiry: 9_000,
  shared: null,
  gate: { freeze: null, holdBack: null },
  waiters: [],
  queued: 0,
  readAt: 100_000,
  offsetMs: OFFSET,
  ...over,
})
const value = (record: unknown) => Buffer.from(`${TOKEN} ${JSON.stringify(record)}`)
const owner = { service: 'billing', host: 'web-3', pid: 7, process: 'p1', labels: { team: 'a' } }
const waiter = (ticket: string, record: unknown) => ({
  ticket: Buffer.from(ticket),
  record: record === null ? null : Buffer.from(JSON.stringify(record)),
})

describe('a lock of ours in Redis', () => {
  it('tells its holder in full, with times by the clock of the console', () => {
    const sighting = decodeOwn(
      raw({ value: value({ fence: '17', since: 90_000, ttl: 10_000, owner }) }),
      digest,
    )
    expect(sighting).toMatchObject({
      key: Buffer.from('lk:{orders/42}').toString('base64url'),
      nameBytes: Buffer.from('orders/42').toString('base64'),
      holders: [
        {
          tokenDigest: `d${TOKEN}`,
          label: 'billing@web-3',
          identity: { service: 'billing', pid: 7, version: null, labels: { team: 'a' }, process: 'p1' },
          since: 95_000,
          sinceIs: 'exact',
          fence: '17',
          remainingMs: 9_000,
          ttlMs: 10_000,
        },
      ],
    })
  })

  it('shows a holder although what stands beside the token is broken, hostile or cut off', () => {
    for (const rest of ['', ' ', ' {', ' null', ' {"owner":7,"since":"x","ttl":-1,"fence":"1e5"}']) {
      const [holder] = decodeOwn(raw({ value: Buffer.from(TOKEN + rest) }), digest)?.holders ?? []
      expect(holder, rest).toMatchObject({ tokenDigest: `d${TOKEN}`, label: '?', fence: null, ttlMs: null })
      expect(holder?.sinceIs, rest).toBe('unknown')
    }
    const huge = { owner: { ...owner, service: 'x'.repeat(5_000), link: 'y'.repeat(5_000) } }
    expect(decodeOwn(raw({ value: value(huge) }), digest)?.holders[0]).toMatchObject({
      label: '?@web-3',
      identity: { link: null },
    })
    const proto = Buffer.from(
      `${TOKEN} {"owner":{"service":"s","labels":{"__proto__":"x"},"__proto__":{"pid":1}}}`,
    )
    const [holder] = decodeOwn(raw({ value: proto }), digest)?.holders ?? []
    expect(holder?.label).toBe('s')
    expect(Object.getPrototypeOf(holder?.identity?.labels)).toBe(Object.prototype)
  })

  it('is held by nobody knows whom when others wrote something under its key', () => {
    const holders = [{ tokenDigest: 'dshort', label: '?', identity: null, since: null }]
    expect(decodeOwn(raw({ value: Buffer.from('short') }), digest)).toMatchObject({ holders })
  })

  it('is nothing when nobody holds it and no living waiter is there', () => {
    expect(decodeOwn(raw(), digest)).toBeNull()
    const dead = waiter('w', { since: 1, until: 94_999, owner })
    expect(decodeOwn(raw({ waiters: [dead, waiter('x', null)], queued: 2 }), digest)).toBeNull()
  })

  const record = (over: object) => Buffer.from(JSON.stringify({ since: 90_000, ttl: 10_000, owner, ...over }))
  const token = (digit: string) => Buffer.from(digit.repeat(32))

  it('has several holders when a lone node counts permits, but none of those who ran out', () => {
    const holders = [
      { token: token('1'), record: record({ until: 96_000 }) },
      { token: token('2'), record: record({ until: 95_000 }) },
      { token: token('3'), record: Buffer.from('no record') },
    ]
    expect(decodeOwn(raw({ shared: { permits: 3, holders, slots: [] } }), digest)).toMatchObject({
      ...{ kind: 'semaphore', permits: 3 },
      holders: [{ tokenDigest: `d${token('1')}`, remainingMs: 1_000, remainingIs: 'exact', since: 95_000 }],
    })
    const over = [{ token: token('2'), record: record({ until: 95_000 }) }]
    expect(decodeOwn(raw({ shared: { permits: 3, holders: over, slots: [] } }), digest)).toBeNull()
  })

  it('has a holder for each slot that a voter gave', () => {
    const slots = [{ slot: 2, value: value({ fence: null, owner, permits: 3 }), expiry: 4_000 }]
    expect(decodeOwn(raw({ shared: { permits: 3, holders: [], slots } }), digest)).toMatchObject({
      ...{ kind: 'semaphore', permits: 3 },
      holders: [{ slot: 2, tokenDigest: `d${TOKEN}`, fence: null, remainingMs: 4_000 }],
    })
  })

  it('is what its first waiter asks for while nobody holds it', () => {
    const waits = (permits: number) =>
      decodeOwn(
        raw({ waiters: [{ ticket: token('1'), record: record({ until: 99_000, permits }) }] }),
        digest,
      )
    expect(waits(2)).toMatchObject({ kind: 'semaphore', permits: 2 })
    expect(waits(1)).toMatchObject({ kind: 'mutex', permits: null })
  })

  it('is there for as long as its gate is closed, and tells what was said about that', () => {
    const gate = (until: number) => ({
      freeze: Buffer.from(JSON.stringify({ until, by: 'eve', message: 'x'.repeat(999) })),
      holdBack: Buffer.from('{"until":"never"}'),
    })
    expect(decodeOwn(raw({ gate: gate(95_001) }), digest)).toMatchObject({
      holders: [],
      gate: { freeze: { until: 100_001, by: 'eve', message: 'x'.repeat(300) }, holdBack: null },
    })
    expect(decodeOwn(raw({ gate: gate(95_000) }), digest)).toBeNull()
  })

  it('counts waiters that were not read, and not those that are dead or hold it', () => {
    const waiters = [
      waiter('v', { since: 80_000, until: 95_001, owner }),
      waiter('w', { since: 81_000, until: 1, owner }),
      waiter(TOKEN, { since: 82_000, until: 99_999, owner }),
    ]
    const sighting = decodeOwn(raw({ value: value({ owner }), waiters, queued: 10 }), digest)
    expect(sighting?.waiters).toEqual({
      ...{ known: true, count: 8, dead: 1 },
      list: [expect.objectContaining({ tokenDigest: 'dv', since: 85_000 })],
    })
  })
})
