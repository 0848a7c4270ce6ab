import { INDEX_KEY, PREFIX } from './layout.ts'

/*
 * Keys of our layout as bytes: names may be anything, also not UTF-8. What stands behind the last brace tells the parts
 * apart: `lk:{x}` is a lock; `lk:{x}:queue`, `lk:{x}:waiters`, `lk:{x}:gate` and `lk:{x}:slot:0` belong to it.
 */
const OURS = Buffer.from(PREFIX)
const HEAD = Buffer.from(`${PREFIX}{`)
const BRACE = Buffer.from('}')
const PARTS = [Buffer.from('}:queue'), Buffer.from('}:waiters'), Buffer.from('}:gate')]
const SLOT = /}:slot:\d{1,4}$/

export const INDEX = Buffer.from(INDEX_KEY)
/** What every key that tells of a lock of ours begins with. */
export const OWN_PREFIX = `${PREFIX}{`

/** These are asked of every key of a database. */
function standsAt(key: Buffer, at: number, part: Buffer): boolean {
  if (at < 0 || key.length < at + part.length) return false
  for (let index = 0; index < part.length; index++) if (key[at + index] !== part[index]) return false
  return true
}
const startsWith = (key: Buffer, head: Buffer): boolean => standsAt(key, 0, head)
const endsWith = (key: Buffer, tail: Buffer): boolean => standsAt(key, key.length - tail.length, tail)

export function ownKey(name: Buffer): Buffer {
  const key = Buffer.allocUnsafe(HEAD.length + name.length + BRACE.length)
  key.set(HEAD, 0)
  key.set(name, HEAD.length)
  key.set(BRACE, HEAD.length + name.length)
  return key
}

/** Null when it is not the key of a lock of ours. */
export function ownName(key: Buffer): Buffer | null {
  const isLock = startsWith(key, HEAD) && endsWith(key, BRACE) && key.length > HEAD.length
  return isLock ? key.subarray(HEAD.length, key.length - BRACE.length) : null
}

export const queueOf = (lock: Buffer): Buffer => Buffer.concat([lock, Buffer.from(':queue')])
export const waitersOf = (lock: Buffer): Buffer => Buffer.concat([lock, Buffer.from(':waiters')])
export const gateOf = (lock: Buffer): Buffer => Buffer.concat([lock, Buffer.from(':gate')])
export const slotOf = (lock: Buffer, slot: number): Buffer =>
  Buffer.concat([lock, Buffer.from(`:slot:${slot}`)])

/** Does the key belong to us in any way: a lock, a part of one, or what a node keeps for itself? */
export const isOurs = (key: Buffer): boolean => startsWith(key, OURS)

/** The lock's key that a changed key tells of; null for what a node keeps for itself. */
export function lockOf(key: Buffer): Buffer | null {
  if (ownName(key)) return key
  if (!startsWith(key, HEAD)) return null
  const part =
    PARTS.find((tail) => endsWith(key, tail))?.length ?? SLOT.exec(key.toString('latin1'))?.[0].length
  return part ? key.subarray(0, key.length - part + 1) : null
}
