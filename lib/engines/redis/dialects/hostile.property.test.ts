import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tellAll } from '../../conformance/tell-all.ts'
import { HEAD_BYTES, type Raw } from './dialect.ts'
import { dialectIds, routeOf } from './index.ts'
import { type Fixture, fixtures } from './test-fixtures.ts'
import { decode } from './test-seen.ts'

/** Of these the beginning of the name decides, whatever the value is. */
const BY_BEGINNING = ['medusa', 'rq', 'asynq']
const LONGEST_PTTL = 9_223_372_036_854_775_000

const number = fc.oneof(
  fc.constantFrom('-1', '0', 'NaN', 'Infinity', '-inf', '1e400', '1e300', '9223372036854775807', '2.5', ''),
  fc.constantFrom('99999999999999', '0x10', '999999999999999999999', '-99999999999999', '+1', ' 1', '1e3'),
  fc.integer().map(String),
)
const json = fc.oneof(
  number.map((text) => `{"limit":${text},"time":${text},"worker":"w"}`),
  number.map((text) => `{"limit":"${text}","time":"${text}","worker":[[]]}`),
  fc.constantFrom('['.repeat(512), '{"a":'.repeat(100), '{"__proto__":{"limit":7}}', 'null', '[]', '"'),
  fc.json(),
)
const bytes = fc.uint8Array({ maxLength: 80 }).map((all) => Buffer.from(all).toString('latin1'))
const other = fc.oneof(number, json, bytes)
const score = fc.oneof(
  fc.constantFrom(Infinity, -Infinity, 1e300, -1e300, 8.64e15, -8.64e15, 9_007_199_254_740_992, 0),
  fc.double({ noNaN: true }),
)

/** Something else in one place of a text: a part is replaced, left out, or told twice. */
const mutated = (text: string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.nat(text.length), fc.nat(20), other, fc.nat(3))
    .map(([at, length, piece, how]) => {
      const end = Math.min(text.length, at + length)
      const between = [piece, '', text.slice(at, end).repeat(2), text.slice(at, end)][how] ?? ''
      return text.slice(0, at) + between + text.slice(end)
    })
    .chain((once) =>
      fc.constantFrom(once, once.replace(/\d+/, '1e300'), once.replace(/\d{10,}/, '99999999999999')),
    )

const buffer = (text: string): Buffer => Buffer.from(text, 'latin1').subarray(0, HEAD_BYTES)
const sometimes = <T>(value: T, mutate: (value: T) => fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: mutate(value) })
const text = (value: Buffer) => sometimes(value, (is) => mutated(is.toString('latin1')).map(buffer))
const expiry = (is: number) =>
  sometimes(is, () => fc.constantFrom(-2, -1, 0, 1, 86_400_001, 8.64e15, LONGEST_PTTL))

function content(raw: Raw): fc.Arbitrary<Partial<Raw>> {
  switch (raw.type) {
    case 'string':
      return text(raw.head).map((head) => ({ head }))
    case 'hash':
      return fc
        .tuple(...raw.fields.map(([field, value]) => fc.tuple(text(field), text(value))))
        .map((fields) => ({ fields }))
    case 'zset':
      return fc
        .tuple(
          ...raw.members.map(([member, is]) =>
            fc.tuple(
              text(member),
              sometimes(is, () => score),
            ),
          ),
        )
        .map((members) => ({ members }))
    case 'list':
    case 'set':
      return fc.tuple(...raw.items.map(text)).map((all) => ({ items: all }))
    default:
      return fc.constant({})
  }
}

/** As an attacker may write it, who knows the format. */
const twisted = (raw: Raw): fc.Arbitrary<Raw> =>
  fc
    .tuple(
      content(raw),
      expiry(raw.expiry),
      sometimes(raw.size, () => fc.nat(2 ** 40)),
    )
    .map(([parts, expires, size]) => ({ ...raw, expiry: expires, size, ...parts }) as Raw)

const twistedFixture = fc.constantFrom(...fixtures).chain(({ dialect, raw, beside = [] }) =>
  fc.record({
    dialect: fc.constant(dialect),
    raw: twisted(raw),
    beside: fc.tuple(...beside.map((each) => fc.oneof(twisted(each), fc.constantFrom(...stolen(each))))),
  }),
)
/** Where one thing is expected there is another. */
const stolen = ({ key }: Raw): Raw[] => fixtures.map(({ raw }) => ({ ...raw, key }) satisfies Raw).slice(-6)

describe('what an attacker may write', () => {
  it.each(fixtures.map((fixture): [string, Fixture] => [fixture.dialect, fixture]))(
    'begins with what is read as a lock of %s',
    (dialect, { raw, beside }) => {
      const sighting = decode(raw, beside)
      expect(sighting?.dialect).toBe(dialect)
      if (sighting) expect(tellAll(sighting).length).toBeGreaterThan(0)
    },
  )

  it('has one of every dialect to begin with', () => {
    expect(dialectIds.filter((id) => !fixtures.some(({ dialect }) => dialect === id))).toEqual([])
  })

  it('is a lock or is none, and can be judged and sent, whatever is changed about it', () => {
    const property = fc.property(twistedFixture, fc.boolean(), ({ dialect, raw, beside }, isPinned) => {
      routeOf(raw.key, () => null)
      const sighting = decode(raw, beside, { pinned: isPinned ? dialect : null })
      if (sighting) tellAll(sighting)
    })
    fc.assert(property, { numRuns: 3_000 })
  }, 60_000)

  it('is never certain when it is bytes at random, but where the beginning of the name decides', () => {
    const anywhere = fc.oneof(
      fc.constantFrom(...fixtures.map(({ raw }) => raw.key.toString('latin1'))),
      bytes.map((name) => `${name}:lock`),
      bytes,
    )
    const random = fc.uint8Array({ maxLength: 64 }).map((all) => Buffer.from(all))
    const pair = <T>(second: fc.Arbitrary<T>) =>
      fc.array(fc.tuple(random, second), { minLength: 1, maxLength: 3 })
    const kinds = fc.oneof(
      random.map((head) => ({ type: 'string' as const, head, size: head.length })),
      pair(random).map((fields) => ({ type: 'hash' as const, fields, size: fields.length })),
      pair(score).map((members) => ({ type: 'zset' as const, members, size: members.length })),
      fc.array(random).map((all) => ({ type: 'set' as const, items: all, size: all.length })),
    )
    const property = fc.property(anywhere, kinds, expiry(5_000), (name, kind, expires) => {
      const raw: Raw = { key: Buffer.from(name, 'latin1'), expiry: expires, ...kind }
      const sighting = decode(raw)
      if (sighting && !BY_BEGINNING.includes(sighting.dialect))
        expect(sighting.confidence).not.toBe('certain')
      if (sighting) tellAll(sighting)
    })
    fc.assert(property, { numRuns: 3_000 })
  }, 60_000)
})
