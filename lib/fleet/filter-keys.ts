import type { Brief } from './brief.ts'
import { comparison, countOf, durationMs, signed, timeOf } from './filter-amounts.ts'
import { confidenceSchema, lockKindSchema } from './lock.ts'
import { lockStateSchema } from './states.ts'
import { verdictIdSchema } from './verdict.ts'

export type Test = (brief: Brief) => boolean
/** A value that was understood; the time is that of looking. With `not` it is turned round, and unknown stays unknown. */
export type Reading = (now: number, not: boolean) => Test

interface FilterKey {
  key: string
  /** For whoever has not used it yet. */
  says: string
  /** What can be completed; null when anything may follow. */
  values: readonly string[] | null
  examples: readonly string[]
  /** Null when the value means nothing here. */
  read(value: string): Reading | null
}

/** A user's text is looked for as it is, in any case: nothing in it stands for something else. */
export function textIn(value: string, where: 'anywhere' | 'front'): (text: string) => boolean {
  // What has no other case is found quicker without a pattern.
  if (/^[!-@[-`{-~ ]+$/.test(value))
    return where === 'front' ? (text) => text.startsWith(value) : (text) => text.includes(value)
  const literal = value.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  const pattern = new RegExp(where === 'front' ? `^${literal}` : literal, 'iu')
  return (text) => pattern.test(text)
}

export const always =
  (test: Test): Reading =>
  (_now, not) =>
    not ? (brief) => !test(brief) : test

/** What is not known matches no number, and a number turned round just as little. */
const measured =
  (of: (brief: Brief, now: number) => number | null, compare: (is: number) => boolean): Reading =>
  (now, not) =>
  (brief) => {
    const is = of(brief, now)
    return is !== null && compare(is) !== not
  }

const isOneOf = (values: readonly string[], test: (brief: Brief, value: string) => boolean) => ({
  values,
  examples: [],
  read: (value: string) => (values.includes(value) ? always((brief) => test(brief, value)) : null),
})

const isText = (examples: readonly string[], testOf: (value: string) => Test) => ({
  ...{ values: null, examples },
  read: (value: string) => always(testOf(value)),
})

const isNamed = (examples: readonly string[], of: (brief: Brief) => string) =>
  isText(examples, (value) => (brief) => of(brief) === value)

/** Durations that shrink or grow by themselves need a sign: nothing stays equal to one. */
const isDuration = (
  examples: readonly string[],
  words: Readonly<Record<string, Test>>,
  of: (brief: Brief, now: number) => number | null,
) => ({
  ...{ values: null, examples: [...examples, ...Object.keys(words)] },
  read(value: string): Reading | null {
    const word = Object.hasOwn(words, value) ? words[value] : undefined
    if (word) return always(word)
    const { sign, rest } = signed(value)
    const wanted = durationMs(rest)
    if (sign === null || sign === '=' || wanted === null) return null
    return measured(of, comparison(sign, wanted))
  },
})

const isHeld = (brief: Brief): boolean => brief.holders.length > 0

/** Fences may outgrow a double: decimal texts are compared as such. */
function readFence(value: string): Reading | null {
  if (value === 'none') return always(({ fence }) => fence === null)
  const { sign, rest } = signed(value)
  if (!/^\d{1,40}$/.test(rest)) return null
  const wanted = BigInt(rest).toString()
  const against = ({ fence }: Brief): number | null => {
    if (fence === null || !/^\d+$/.test(fence)) return null
    const byLength = fence.length - wanted.length
    return byLength !== 0 ? byLength : fence === wanted ? 0 : fence < wanted ? -1 : 1
  }
  return measured(against, comparison(sign ?? '=', 0))
}

/** The keys of the filter language. What costs the least to look at stands first. */
export const filterKeys = [
  {
    key: 'state',
    says: 'held, waiting, free, frozen, held-back, partial, split or unknown',
    ...isOneOf(lockStateSchema.options, (brief, value) => brief.state === value),
  },
  { key: 'backend', says: 'the name of a backend', ...isNamed(['payments'], ({ backend }) => backend) },
  { key: 'dialect', says: 'the library that wrote it', ...isNamed(['redlock'], ({ dialect }) => dialect) },
  {
    key: 'kind',
    says: 'mutex, semaphore, read-write, election or job',
    ...isOneOf(lockKindSchema.options, (brief, value) => brief.kind === value),
  },
  {
    key: 'confidence',
    says: 'how sure it is that this is a lock; candidates are shown only when asked for',
    ...isOneOf(confidenceSchema.options, (brief, value) => brief.confidence === value),
  },
  {
    key: 'verdict',
    says: 'any, or one verdict',
    ...isOneOf(['any', ...verdictIdSchema.options], ({ verdicts }, value) =>
      value === 'any' ? verdicts.length > 0 : verdicts.some((id) => id === value),
    ),
  },
  {
    ...{ key: 'database', says: 'the number of a database, or none', values: null, examples: ['0', 'none'] },
    read(value: string) {
      const wanted = value === 'none' ? null : countOf(value)
      if (wanted === null && value !== 'none') return null
      return always(({ database }) => database === wanted)
    },
  },
  {
    ...{ key: 'waiters', says: 'how many wait, or unknown', values: null, examples: ['>2', '0', 'unknown'] },
    read(value: string) {
      if (value === 'unknown') return always(({ waiters }) => waiters === null)
      const { sign, rest } = signed(value)
      const wanted = countOf(rest)
      if (wanted === null) return null
      return measured(({ waiters }) => waiters, comparison(sign ?? '=', wanted))
    },
  },
  {
    key: 'ttl',
    says: 'how long the hold still lasts, none, or unknown',
    ...isDuration(
      ['<5s', '>1m'],
      {
        none: ({ endsAt }) => endsAt === Number.POSITIVE_INFINITY,
        unknown: (brief) => isHeld(brief) && brief.endsAt === null,
      },
      ({ endsAt }, now) => (endsAt === null || !Number.isFinite(endsAt) ? null : endsAt - now),
    ),
  },
  {
    key: 'held',
    says: 'for how long it has been held, or unknown',
    ...isDuration(
      ['>10m', '<30s'],
      { unknown: (brief) => isHeld(brief) && brief.since === null },
      ({ since }, now) => (since === null ? null : now - since),
    ),
  },
  {
    ...{ key: 'since', says: 'held since before or after a time, UTC', values: null },
    examples: ['<2026-01-31', '>2026-01-31T03:00'],
    read(value: string) {
      const { sign, rest } = signed(value)
      const wanted = timeOf(rest)
      if (wanted === null || sign === '=') return null
      return measured(({ since }) => since, comparison(sign ?? '>=', wanted))
    },
  },
  {
    ...{ key: 'fence', says: 'the fence, or none', values: null, examples: ['>48000', '48211', 'none'] },
    read: readFence,
  },
  {
    ...{ key: 'holder', says: 'a part of the name of who holds it' },
    ...isText(['worker-3'], (value) => {
      const isIn = textIn(value, 'anywhere')
      return ({ holders }) => {
        for (const holder of holders) if (isIn(holder)) return true
        return false
      }
    }),
  },
  {
    ...{ key: 'name', says: 'a part of its name' },
    ...isText(['orders'], (value) => {
      const isIn = textIn(value, 'anywhere')
      return ({ name }) => isIn(name)
    }),
  },
  {
    ...{ key: 'prefix', says: 'how its name begins' },
    ...isText(['orders/'], (value) => {
      const begins = textIn(value, 'front')
      return ({ name }) => begins(name)
    }),
  },
] as const satisfies readonly FilterKey[]
