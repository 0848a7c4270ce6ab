import { number } from '@/lib/fleet/numbers.ts'

const NB = '\u00a0'

export { number }

/** Fences and revisions: 64 bits, so digits of a string. */
export const digits = (value: string): string => value.replace(/\B(?=(\d{3})+(?!\d))/g, ',')

export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${number(count)} ${count === 1 ? one : many}`

const pair = (big: number, bigUnit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${big}${NB}${bigUnit}` : `${big}${NB}${bigUnit}${NB}${small}${NB}${smallUnit}`

/** How long, in at most two units: `0.4 s`, `41 s`, `5 m 54 s`, `4 h 12 m`, `19 d 4 h`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000
  if (seconds < 10) return `${(Math.floor(seconds * 10) / 10).toFixed(1)}${NB}s`
  const whole = Math.floor(seconds)
  if (whole < 60) return `${whole}${NB}s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return pair(minutes, 'm', whole % 60, 's')
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return pair(hours, 'h', minutes % 60, 'm')
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

/** A duration somebody chose: `9 s`, not `9.0 s`. */
export const setting = (ms: number): string =>
  ms < 10_000 && ms % 1_000 === 0 ? `${ms / 1_000}${NB}s` : duration(ms)

/** A round trip: `0.6 ms`, `18 ms`, `1.2 s`. */
export const latency = (ms: number): string =>
  ms < 10 ? `${ms.toFixed(1)}${NB}ms` : ms < 1_000 ? `${Math.round(ms)}${NB}ms` : duration(ms)

export function offset(ms: number): string {
  const sign = Math.round(ms) === 0 ? '' : ms > 0 ? '+' : '−'
  const size = Math.abs(ms)
  return sign + (size < 1_000 ? `${Math.round(size)}${NB}ms` : duration(size))
}

const two = (value: number): string => String(value).padStart(2, '0')
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

/** `03:14:22`, UTC. */
export function clock(at: number): string {
  const date = new Date(at)
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`
}

export const clockMinutes = (at: number): string => clock(at).slice(0, 5)

/** The clock alone for today, the day before it otherwise: `18 Nov 11:02`. */
export function moment(at: number, now: number | null): string {
  const date = new Date(at)
  const today = now !== null && new Date(now).toISOString().slice(0, 10) === date.toISOString().slice(0, 10)
  return today ? clock(at) : `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${clockMinutes(at)}`
}

/** `2026-11-21 03:14:22.123 UTC` */
export const absolute = (at: number): string =>
  `${new Date(at).toISOString().replace('T', ' ').replace('Z', '')} UTC`

/** A list as one says it: `a, b and c`. */
export function spoken(items: readonly string[]): string {
  if (items.length < 2) return items[0] ?? ''
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

/** Digests are long; the ends tell them apart. */
export const shortDigest = (digest: string): string =>
  digest.length <= 12 ? digest : `${digest.slice(0, 4)}…${digest.slice(-4)}`

export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
