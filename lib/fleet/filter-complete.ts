import { filterKeys } from './filter-keys.ts'
import { type FilterWord, filterWords } from './filter-words.ts'

/** What could stand at the caret instead of what is there. */
export interface Completion {
  from: number
  to: number
  insert: string
  /** As it is shown. */
  label: string
  says: string | null
}

/** Values that are to be found in this fleet, by key. */
export type KnownValues = Readonly<Partial<Record<string, readonly string[]>>>

const MOST = 24

/** Keys, or the values of a key: whatever begins with what was typed up to the caret, or has it inside. */
export function completionsAt(text: string, caret: number, known: KnownValues): Completion[] {
  const word = filterWords(text).find(({ at, length }) => at <= caret && caret <= at + length)
  if (!word) return keysFor('', caret, caret)
  const begins = word.at + (word.not ? 1 : 0)
  if (caret < begins) return []
  if (word.key === null) {
    const typed = text.slice(begins, caret)
    return typed.includes('"') ? [] : keysFor(typed.toLowerCase(), begins, word.at + word.length)
  }
  return caret <= begins + word.key.length ? [] : valuesFor(text, caret, word, word.key, known)
}

const keysFor = (typed: string, from: number, to: number): Completion[] =>
  filterKeys
    .filter(({ key }) => key.startsWith(typed))
    .map(({ key, says }) => ({ from, to, insert: `${key}:`, label: `${key}:`, says }))

function valuesFor(
  text: string,
  caret: number,
  word: FilterWord,
  key: string,
  known: KnownValues,
): Completion[] {
  const rule = filterKeys.find((each) => each.key === key)
  if (!rule) return []
  const here = word.values.find(({ at, length }) => at <= caret && caret <= at + length)
  const from = here?.at ?? caret
  const to = here ? here.at + here.length : caret
  const typed = text.slice(from, caret).replaceAll('"', '').toLowerCase()
  const taken = new Set(
    word.values.filter((value) => value !== here).map((value) => value.text.toLowerCase()),
  )
  const all = [...new Set(rule.values ?? known[key] ?? rule.examples)].filter(
    (value) => !taken.has(value.toLowerCase()),
  )
  // Whoever has typed the whole of it looks for nothing.
  if (all.some((value) => value.toLowerCase() === typed)) return []
  const begin = all.filter((value) => value.toLowerCase().startsWith(typed))
  const inside = all.filter((value) => !begin.includes(value) && value.toLowerCase().includes(typed))
  return [...begin, ...inside]
    .slice(0, MOST)
    .map((value) => ({ from, to, insert: quoted(value), label: value, says: null }))
}

const quoted = (value: string): string => (/[\s,"]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)
