import type { Brief } from './brief.ts'
import { always, filterKeys, type Reading, type Test, textIn } from './filter-keys.ts'
import { type FilterWord, filterWords } from './filter-words.ts'
import { nearest } from './nearest.ts'
import { Problem } from './problem.ts'

/** More than anybody types; a name may be longer. */
const LONGEST_VALUE = 256
const MOST_WORDS = 64

interface Term {
  not: boolean
  /** Where it stands among the keys: what costs less to look at is looked at first. */
  cost: number
  /** Any of these. */
  readings: readonly Reading[]
}

/** A filter that was understood. All its terms must hold. */
export interface Filter {
  readonly terms: readonly Term[]
  /** Whether what it matches changes with time alone, as with `ttl:<5s`. */
  readonly timed: boolean
  /** Candidates for locks are matched only by filters that speak of confidence. */
  readonly candidates: boolean
}

const TIMED: ReadonlySet<string | null> = new Set(['ttl', 'held'])

/** `state:held,waiting -backend:demo ttl:<5s "orders/" billing`. Refuses what it does not know, and says where. */
export function parseFilter(text: string): Filter {
  const words = filterWords(text)
  if (words.length > MOST_WORDS) {
    throw refusal(
      `A filter has at most ${MOST_WORDS} words.`,
      'Leave some out.',
      { at: 0, length: text.length },
      [],
    )
  }
  return {
    terms: words.map(termOf).sort((a, b) => a.cost - b.cost),
    timed: words.some(({ key }) => TIMED.has(key)),
    candidates: words.some(({ key }) => key === 'confidence'),
  }
}

/** What a filter says of a brief at that time. To be made once and asked of many. */
export function compileFilter(filter: string | Filter, now: number): (brief: Brief) => boolean {
  const { terms, candidates } = typeof filter === 'string' ? parseFilter(filter) : filter
  const tests = terms.map((term) => testOf(term, now))
  if (!candidates) tests.unshift(({ confidence }) => confidence !== 'candidate')
  return allOf(tests)
}

/** Asked a hundred thousand times: without a call that only hands on, where that can be had. */
function allOf(tests: readonly Test[]): Test {
  const [first, second, third] = tests
  if (!first) return () => true
  if (!second) return first
  if (!third) return (brief) => first(brief) && second(brief)
  if (tests.length === 3) return (brief) => first(brief) && second(brief) && third(brief)
  const others = allOf(tests.slice(3))
  return (brief) => first(brief) && second(brief) && third(brief) && others(brief)
}

function testOf({ not, readings }: Term, now: number): Test {
  const tests = readings.map((reading) => reading(now, not))
  const [only] = tests
  if (only && tests.length === 1) return only
  return not ? allOf(tests) : (brief) => tests.some((test) => test(brief))
}

const nameReading = (value: string): Reading => {
  const isIn = textIn(value, 'anywhere')
  return always(({ name }) => isIn(name))
}

function termOf(word: FilterWord): Term {
  const tooLong = word.values.find(({ text }) => text.length > LONGEST_VALUE)
  if (tooLong) {
    const says = `A text in the filter has at most ${LONGEST_VALUE} characters.`
    throw refusal(says, 'A part of the name is enough.', tooLong, [])
  }
  const { not, key, values } = word
  if (key === null) {
    return { not, cost: filterKeys.length, readings: values.map(({ text }) => nameReading(text)) }
  }
  const cost = filterKeys.findIndex((known) => known.key === key)
  const known = filterKeys[cost]
  if (!known) throw unknownKey(word, key)
  if (values.length === 0) {
    throw refusal(
      `Nothing follows "${key}:" in the filter.`,
      hintFor(known),
      word,
      known.values ?? known.examples,
    )
  }
  return { not, cost, readings: values.map((value) => readingOf(known, value)) }
}

type Known = (typeof filterKeys)[number]

function readingOf(known: Known, value: FilterWord['values'][number]): Reading {
  const reading = known.read(value.text.toLowerCase())
  if (reading) return reading
  const says = `"${value.text}" is no ${known.key} that the filter knows.`
  const meant = known.values && nearest(value.text, known.values)
  const hint = `${meant ? `Did you mean ${meant}? ` : ''}${hintFor(known)}`
  throw refusal(says, hint, value, known.values ?? known.examples)
}

const hintFor = ({ key, values, examples }: Known): string =>
  values
    ? `One or more of ${values.join(', ')}.`
    : `For example ${examples.map((example) => `${key}:${example}`).join(' or ')}.`

/** What people call it who have not read what the keys are. */
const ALSO_CALLED: Readonly<Record<string, string>> = {
  client: 'holder',
  host: 'holder',
  owner: 'holder',
  service: 'holder',
}

function unknownKey(word: FilterWord, key: string): Problem {
  const names = filterKeys.map((known) => known.key)
  const meant = ALSO_CALLED[key] ?? nearest(key, names)
  const hint = `${meant ? `Did you mean "${meant}:"? ` : ''}Known are ${names.join(', ')}. To look for a name with a colon in it, put it in quotes.`
  const place = { at: word.at, length: key.length + (word.not ? 2 : 1) }
  return refusal(`The filter knows no "${key}:".`, hint, place, names)
}

/** `details`: where the slip is, and what could stand there instead. */
function refusal(
  says: string,
  hint: string,
  { at, length }: { at: number; length: number },
  known: readonly string[],
): Problem {
  return new Problem('invalid', says, { hint, details: { at, length, known } })
}
