import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LONGEST_RECORD, type OwnerRecord, readOwnerRecord } from './owner-record.ts'

const read = (json: string) => readOwnerRecord(Buffer.from(json))

/** What a page may show: nothing invisible, nothing that turns text around, and not too much of it. */
const SHOWABLE = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u
const LONGEST_SHOWN = 300 * 8

function expectHarmless(record: OwnerRecord | null): void {
  if (!record) return
  const { label, identity, fence, since, until, ttlMs } = record
  const labels = Object.entries(identity?.labels ?? {}).flat()
  const texts = [label, identity?.service, identity?.host, identity?.version, identity?.link, ...labels]
  for (const text of texts) {
    expect(text ?? '').toMatch(SHOWABLE)
    expect((text ?? '').length).toBeLessThanOrEqual(2 * LONGEST_SHOWN + 1)
  }
  if (fence !== null) expect(fence).toMatch(/^\d{1,20}$/)
  for (const time of [since, until]) {
    if (time !== null) expect(Number.isNaN(new Date(time).getTime())).toBe(false)
  }
  if (ttlMs !== null) expect(ttlMs).toBeGreaterThan(0)
}

const hostileText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'constructor', '\u202Eexe.gpj', '\u0000', '<script>', 'a\u200bb', '\ud800'),
  fc.string({ minLength: 290, maxLength: 400 }),
)
const hostileValue = fc.oneof(
  hostileText,
  fc.double(),
  fc.constantFrom(null, true, [], {}, 1e308, -1, '9'.repeat(50)),
  fc.dictionary(hostileText, hostileText),
)
const hostileRecord = fc.record(
  {
    fence: hostileValue,
    since: hostileValue,
    until: hostileValue,
    ttl: hostileValue,
    permits: hostileValue,
    owner: fc.oneof(
      hostileValue,
      fc.record(
        {
          service: hostileValue,
          host: hostileValue,
          pid: hostileValue,
          version: hostileValue,
          link: hostileValue,
          labels: hostileValue,
          process: hostileValue,
        },
        { requiredKeys: [] },
      ),
    ),
  },
  { requiredKeys: [] },
)

test('any bytes are read without harm', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: LONGEST_RECORD + 10 }), (bytes) =>
      expectHarmless(readOwnerRecord(bytes)),
    ),
  )
})

test('a record with anything in any of its places is read without harm', () => {
  fc.assert(fc.property(hostileRecord, (record) => expectHarmless(read(JSON.stringify(record)))))
})

test('keys that objects inherit from reach no other object, at any depth', () => {
  const inherited = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString')
  const nested = fc.array(inherited, { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(nested, fc.constantFrom('', 'owner', 'labels'), (path, place) => {
      const poison = path.reduceRight(
        (inner, key) => `{${JSON.stringify(key)}:${inner}}`,
        '{"polluted":"yes"}',
      )
      const record = { '': poison, owner: `{"owner":${poison}}`, labels: `{"owner":{"labels":${poison}}}` }
      expectHarmless(read(record[place]))
      expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    }),
  )
})

test('however long or deep it is, what is beyond the limit is not looked into', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200_000 }), (depth) => {
      const deep = `{"owner":${'['.repeat(depth)}${']'.repeat(depth)}}`
      const record = read(deep)
      expectHarmless(record)
      if (deep.length > LONGEST_RECORD) expect(record).toBeNull()
    }),
    { numRuns: 25 },
  )
})

test('a record as our library writes it comes back in full', () => {
  const plain = fc.stringMatching(/^[A-Za-z0-9._-]{1,60}$/)
  const owner = fc.record({
    service: plain,
    host: plain,
    pid: fc.nat(),
    version: plain,
    labels: fc.dictionary(
      plain.filter((key) => key !== '__proto__'),
      plain,
      { noNullPrototype: true },
    ),
    process: plain,
  })
  const fence = fc.option(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String))
  fc.assert(
    fc.property(
      owner,
      fence,
      fc.nat(),
      fc.integer({ min: 1, max: 86_400_000 }),
      (who, number, since, ttl) => {
        const record = read(JSON.stringify({ fence: number, since, ttl, owner: who }))
        expect(record).toEqual({
          label: `${who.service}@${who.host}`,
          identity: { ...who, link: null },
          fence: number,
          since,
          until: null,
          ttlMs: ttl,
          permits: null,
        })
      },
    ),
  )
})

test('a record of a known owner reads as if every word of it had been looked at', () => {
  const number = fc.oneof(
    fc.nat().map(String),
    fc.constantFrom('0', '012', '-1', '1e3', '1.5', '9'.repeat(15), '9'.repeat(16), 'null', '""', ''),
  )
  const fence = fc.oneof(
    fc.nat().map((value) => `"${value}"`),
    fc.constantFrom('null', '7', '"x"', `"${'9'.repeat(21)}"`, '"1', '""'),
  )
  const owner = '{"service":"billing","host":"web-3","pid":7}'
  read(`{"fence":null,"since":1,"ttl":1,"owner":${owner}}`)
  fc.assert(
    fc.property(fence, number, number, fc.constantFrom('', ' '), (number, since, ttl, blank) => {
      const words = [`"fence":${number}`, `"since":${since}`, `"ttl":${ttl}`]
      // The owner stands last in what is written, and only then it is known by its text.
      expect(read(`${blank}{${words.join(',')},"owner":${owner}}`)).toEqual(
        read(`{"owner":${owner},${words.join(',')}}`),
      )
    }),
  )
})
