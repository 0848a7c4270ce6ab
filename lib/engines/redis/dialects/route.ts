import type { Dialect } from './dialect.ts'
import { saysLock } from './lock-words.ts'

/** A name pinned to this is never a lock. */
export const NO_DIALECT = 'none'

/** Beginnings of keys that are found beside locks and everywhere else, and are none. */
const NEVER = ['lk:', '_kombu', 'celery-task-meta-', 'unacked']

type Say = (name: string) => string | null | undefined

interface Rule {
  bytes: Buffer
  /** Undefined: it has nothing to say of this name. */
  say: Say
}

type Rules = readonly (readonly Rule[] | undefined)[]

/**
 * By its name alone, as it is asked of every key of a scan: the key of the lock that a key is or belongs to; null for what
 * is not worth reading.
 */
export function router(dialects: readonly Dialect[]) {
  const nothing: Say = () => null
  const never = [...NEVER, ...dialects.flatMap((each) => each.never ?? [])]
  const begins = byByte(
    [
      ...never.map((text) => [text, nothing] as const),
      ...dialects.flatMap((each) => (each.prefixes ?? []).map((text) => [text, sayOf(each)] as const)),
    ],
    (bytes) => bytes[0],
  )
  const ends = byByte(
    dialects.flatMap((each) => (each.suffixes ?? []).map((text) => [text, sayOf(each)] as const)),
    (bytes) => bytes[bytes.length - 1],
  )

  return function routeOf(key: Buffer, pinned: (key: Buffer) => string | null): Buffer | null {
    const pin = pinned(key)
    if (pin === NO_DIALECT) return null
    const lock = unpinned(key)
    if (lock === null) return pin === null ? null : key
    if (lock === key) return key
    return pinned(lock) === NO_DIALECT ? null : lock
  }

  function unpinned(key: Buffer): Buffer | null {
    const length = key.length
    if (length === 0) return null
    const first = begins[key[0] as number]
    const last = ends[key[length - 1] as number]
    let said = first && told(key, first, 0)
    if (said === undefined) said = last && told(key, last, length)
    if (said !== undefined) return said
    return saysLock(key) ? key : null
  }
}

const sayOf =
  (dialect: Dialect): Say =>
  (name) =>
    dialect.lockOf ? (dialect.lockOf(name) ?? undefined) : name

function byByte(
  rules: readonly (readonly [string, Say])[],
  byteOf: (bytes: Buffer) => number | undefined,
): Rules {
  const all: Rule[][] = []
  for (const [text, say] of rules) {
    const bytes = Buffer.from(text, 'latin1')
    const byte = byteOf(bytes) ?? 0
    const same = all[byte] ?? []
    same.push({ bytes, say })
    all[byte] = same
  }
  return all
}

/** What the first rule that has something to say makes of it. `end` is 0 for beginnings, else the name's length. */
function told(key: Buffer, rules: readonly Rule[], end: number): Buffer | null | undefined {
  for (const { bytes, say } of rules) {
    if (!stands(key, bytes, end === 0 ? 0 : end - bytes.length)) continue
    const name = key.toString('latin1')
    const lock = say(name)
    if (lock === undefined) continue
    if (lock === null) return null
    return lock === name ? key : Buffer.from(lock, 'latin1')
  }
  return undefined
}

function stands(key: Buffer, bytes: Buffer, from: number): boolean {
  if (from < 0 || bytes.length > key.length) return false
  for (let at = 0; at < bytes.length; at++) if (key[from + at] !== bytes[at]) return false
  return true
}
