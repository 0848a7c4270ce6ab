/** The numbers of the filter language: `<5s`, `>=2`, `7`. What is not known matches none of them. */

type Sign = '<' | '<=' | '>' | '>=' | '='
type Compare = (is: number) => boolean

const COMPARE: Record<Sign, (wanted: number) => Compare> = {
  '<': (wanted) => (is) => is < wanted,
  '<=': (wanted) => (is) => is <= wanted,
  '>': (wanted) => (is) => is > wanted,
  '>=': (wanted) => (is) => is >= wanted,
  '=': (wanted) => (is) => is === wanted,
}

export interface Signed {
  /** Null when there was none in front. */
  sign: Sign | null
  rest: string
}

export function signed(value: string): Signed {
  const [, sign = '', rest = ''] = /^([<>]=?|=)?(.*)$/s.exec(value) ?? []
  return { sign: sign === '' ? null : (sign as Sign), rest }
}

export const comparison = (sign: Sign, wanted: number): Compare => COMPARE[sign](wanted)

const UNIT_MS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `500ms`, `5s`, `1h30m`; null when it is something else. */
export function durationMs(text: string): number | null {
  if (!/^(\d{1,12}(\.\d{1,6})?(ms|s|m|h|d))+$/.test(text)) return null
  let sum = 0
  for (const [, amount, unit] of text.matchAll(/([\d.]+)([a-z]+)/g)) {
    sum += Number(amount) * (UNIT_MS[unit ?? ''] ?? Number.NaN)
  }
  return sum
}

/** A whole number of at most 15 digits; null when it is something else. */
export const countOf = (text: string): number | null => (/^\d{1,15}$/.test(text) ? Number(text) : null)

const TIME = /^\d{4}-\d\d-\d\d(t\d\d:\d\d(:\d\d(\.\d{1,3})?)?(z|[+-]\d\d:\d\d)?)?$/i

/** A day or a time, UTC unless it names another zone, as epoch ms; null when it is something else. */
export function timeOf(text: string): number | null {
  const [, clock, , , zone] = TIME.exec(text) ?? []
  if (!TIME.test(text)) return null
  const at = Date.parse(`${text.toUpperCase()}${clock !== undefined && zone === undefined ? 'Z' : ''}`)
  return Number.isNaN(at) ? null : at
}
