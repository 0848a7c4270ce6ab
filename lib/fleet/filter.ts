import type { Lock } from './lock.ts'
import { Problem } from './problem.ts'
import { lockStateSchema } from './states.ts'
import { verdictIdSchema } from './verdict.ts'

/** The keys of the filter language; `values` is what can be completed, null when anything may follow. */
export const filterKeys = [
  {
    key: 'state',
    says: 'held, waiting, free, frozen, held-back, partial, split or unknown',
    values: lockStateSchema.options,
  },
  { key: 'backend', says: 'the name of a backend', values: null },
  { key: 'holder', says: 'a part of the name of who holds it', values: null },
  { key: 'dialect', says: 'the library that wrote it', values: null },
  { key: 'verdict', says: 'any, or one verdict', values: ['any', ...verdictIdSchema.options] },
] as const satisfies readonly { key: string; says: string; values: readonly string[] | null }[]

type FilterKey = (typeof filterKeys)[number]['key']

interface Term {
  key: FilterKey | 'name'
  /** Any of these. */
  values: string[]
  not: boolean
}

/** All terms must hold. */
export type Filter = readonly Term[]

const WORD = /(-?)(?:([a-z]+):)?((?:"[^"]*"?|[^\s"])*)/gi

/** `state:held,waiting -backend:demo "orders/" billing` */
export function parseFilter(text: string): Filter {
  const terms: Term[] = []
  for (const [whole, minus, key, rest] of text.matchAll(WORD)) {
    if (whole === '' || rest === undefined) continue
    const values = splitValues(rest, key !== undefined)
    if (key === undefined) {
      if (values.length > 0) terms.push({ key: 'name', values, not: minus === '-' })
      continue
    }
    terms.push({ key: knownKey(key), values: knownValues(key, values), not: minus === '-' })
  }
  return terms
}

function splitValues(text: string, byComma: boolean): string[] {
  const parts: string[] = []
  for (const [, quoted, bare] of text.matchAll(/"([^"]*)"?|([^"]+)/g)) {
    if (quoted !== undefined) parts.push(quoted)
    else parts.push(...(byComma ? (bare ?? '').split(',') : [bare ?? '']))
  }
  return parts.map((part) => part.toLowerCase()).filter((part) => part !== '')
}

function knownKey(key: string): FilterKey {
  const found = filterKeys.find((known) => known.key === key.toLowerCase())
  if (found) return found.key
  const names = filterKeys.map((known) => known.key).join(', ')
  throw new Problem('invalid', `The filter knows no "${key}:".`, {
    hint: `Known are ${names}. To look for a name with a colon in it, put it in quotes.`,
  })
}

function knownValues(key: string, values: string[]): string[] {
  const allowed: readonly string[] | null =
    filterKeys.find((known) => known.key === key.toLowerCase())?.values ?? null
  if (values.length === 0)
    throw new Problem('invalid', `Nothing follows "${key}:" in the filter.`, {
      hint: allowed ? `One or more of ${allowed.join(', ')}.` : `For example ${key}:orders.`,
    })
  const stray = allowed && values.find((value) => !allowed.includes(value))
  if (stray)
    throw new Problem('invalid', `"${stray}" is no ${key} that the filter knows.`, {
      hint: `Known are ${allowed.join(', ')}.`,
    })
  return values
}

export const matches = (filter: Filter, lock: Lock): boolean =>
  filter.every((term) => term.values.some((value) => holds(term.key, value, lock)) !== term.not)

function holds(key: Term['key'], value: string, lock: Lock): boolean {
  switch (key) {
    case 'name':
      return lock.name.toLowerCase().includes(value)
    case 'state':
      return lock.state === value
    case 'backend':
      return lock.backend === value
    case 'dialect':
      return lock.dialect === value
    case 'holder':
      return lock.holders.some((holder) => holder.label.toLowerCase().includes(value))
    case 'verdict':
      return value === 'any'
        ? lock.verdicts.length > 0
        : lock.verdicts.some((verdict) => verdict.id === value)
  }
}
