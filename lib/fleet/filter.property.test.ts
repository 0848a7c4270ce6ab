import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Brief } from './brief.ts'
import { compileFilter, parseFilter } from './filter.ts'
import { filterKeys } from './filter-keys.ts'
import { filterWords } from './filter-words.ts'
import { lockKindSchema } from './lock.ts'
import { Problem } from './problem.ts'
import { lockStateSchema } from './states.ts'
import { verdictIdSchema } from './verdict.ts'

const NOW = Date.parse('2026-11-21T03:10:00Z')
const orNull = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null })
const some = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 })
const briefs: fc.Arbitrary<Brief> = fc.record({
  id: some,
  backend: fc.constantFrom('pay', 'jobs'),
  database: orNull(fc.nat(15)),
  name: some,
  dialect: fc.constantFrom('redlock', 'lockkeeper'),
  confidence: fc.constantFrom('certain', 'likely', 'candidate'),
  kind: fc.constantFrom(...lockKindSchema.options),
  state: fc.constantFrom(...lockStateSchema.options),
  holders: fc.array(some, { maxLength: 3 }),
  since: orNull(fc.integer({ min: NOW - 1e8, max: NOW })),
  endsAt: orNull(fc.oneof(fc.integer({ min: NOW, max: NOW + 1e8 }), fc.constant(Number.POSITIVE_INFINITY))),
  ttl: orNull(fc.nat(60_000)),
  waiters: orNull(fc.nat(50)),
  fence: orNull(fc.bigInt({ min: 0n, max: 1n << 70n }).map(String)),
  verdicts: fc.uniqueArray(fc.constantFrom(...verdictIdSchema.options), { maxLength: 2 }),
  severity: fc.constant(null),
})
const words = fc.oneof(
  ...filterKeys.map(({ key, values, examples }) =>
    fc.constantFrom(...(values ?? []), ...examples).map((value) => `${key}:${value}`),
  ),
)
const matches = (text: string, brief: Brief) => compileFilter(text, NOW)(brief)
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
const ALL = 'confidence:certain,likely,candidate'

describe('whatever the filter', () => {
  it('is understood or refused with its place, never anything else', () => {
    const typed = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.array(words).map((all) => all.join(' ')),
    )
    fc.assert(
      fc.property(typed, fc.nat(300), briefs, (text, cut, brief) => {
        for (const part of [text, text.slice(0, cut)]) {
          try {
            compileFilter(part, NOW)(brief)
          } catch (error) {
            if (!(error instanceof Problem)) throw error
            const { at, length } = error.details as { at: number; length: number }
            expect(at + length).toBeLessThanOrEqual(part.length)
          }
        }
      }),
      { numRuns: 500 },
    )
  })

  it('a minus in front turns a word round, but for numbers of which nothing is known', () => {
    fc.assert(
      fc.property(words, briefs, (word, brief) => {
        const [turned, plain] = [matches(`-${word} ${ALL}`, brief), matches(`${word} ${ALL}`, brief)]
        expect(turned && plain).toBe(false)
        const isNumber = /^(ttl|held|waiters|since|fence):[<>\d]/.test(word)
        if (!isNumber) expect(turned).toBe(!plain)
      }),
      { numRuns: 500 },
    )
  })

  it('all words must hold, in whatever order they stand', () => {
    fc.assert(
      fc.property(fc.array(words, { maxLength: 4 }), briefs, (all, brief) => {
        const together = matches([...all, ALL].join(' '), brief)
        expect(together).toBe(all.every((word) => matches(`${word} ${ALL}`, brief)))
        expect(together).toBe(matches([ALL, ...all.reverse()].join(' '), brief))
      }),
      { numRuns: 500 },
    )
  })

  it('commas are any-of', () => {
    const pairs = fc
      .constantFrom(...filterKeys)
      .chain(({ key, values, examples }) =>
        fc.tuple(
          fc.constant(key),
          fc.array(fc.constantFrom(...(values ?? examples)), { minLength: 1, maxLength: 3 }),
        ),
      )
    fc.assert(
      fc.property(pairs, briefs, ([key, values], brief) => {
        const each = values.some((value) => matches(`${key}:${value} ${ALL}`, brief))
        expect(matches(`${key}:${values.join(',')} ${ALL}`, brief)).toBe(each)
      }),
      { numRuns: 500 },
    )
  })

  it('any part of a name finds it when it is put in quotes', () => {
    fc.assert(
      fc.property(briefs, fc.nat(12), fc.nat(12), (brief, a, b) => {
        const part = [...brief.name].slice(Math.min(a, b), Math.max(a, b)).join('')
        expect(matches(`${quoted(part)} ${ALL}`, brief)).toBe(true)
        const front = [...brief.name].slice(0, Math.max(1, a)).join('')
        expect(matches(`prefix:${quoted(front)} ${ALL}`, brief)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('a text is found wherever it stands, in any case, whether it has letters or none', () => {
    const near = fc.string({ unit: fc.constantFrom(...'aA7/:.[*~_-'), maxLength: 9 })
    const part = fc.string({ unit: fc.constantFrom(...'aA7/:.[*~_-'), minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(briefs, near, part, (brief, name, text) => {
        const [inName, wanted] = [name.toLowerCase(), text.toLowerCase()]
        const named = { ...brief, name, holders: [name] }
        expect(matches(`${quoted(text)} ${ALL}`, named)).toBe(inName.includes(wanted))
        expect(matches(`holder:${quoted(text)} ${ALL}`, named)).toBe(inName.includes(wanted))
        expect(matches(`prefix:${quoted(text)} ${ALL}`, named)).toBe(inName.startsWith(wanted))
      }),
      { numRuns: 1_000 },
    )
  })

  it('no number matches what is not known', () => {
    const unknown = briefs.map((brief) => ({
      ...brief,
      since: null,
      endsAt: null,
      waiters: null,
      fence: null,
    }))
    const numbers = fc.constantFrom(
      'ttl:<9d',
      'ttl:>=0s',
      'held:<9d',
      'held:>=0s',
      'waiters:>=0',
      'waiters:<9',
      'fence:>=0',
      'since:>2000-01-01',
      'since:<2100-01-01',
    )
    fc.assert(
      fc.property(numbers, unknown, (word, brief) => {
        expect(matches(`${word} ${ALL}`, brief)).toBe(false)
        expect(matches(`-${word} ${ALL}`, brief)).toBe(false)
      }),
    )
  })
})

it('the words of a filter lie where they say, and leave nothing out but spaces', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', ':', '"', ',', ' ', '-', 'b'), maxLength: 30 }),
      (text) => {
        let rest = text
        for (const { at, length } of filterWords(text).reverse()) {
          rest = rest.slice(0, at) + rest.slice(at + length)
        }
        expect(rest).toMatch(/^[\s"-]*$/)
        expect(() => parseFilter(quoted(text))).not.toThrow()
      },
    ),
    { numRuns: 1_000 },
  )
})
