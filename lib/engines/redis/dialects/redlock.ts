import type { Sighting } from '../../../fleet/sighting.ts'
import { toKeyId } from '../../key-id.ts'
import type { Digest } from '../../roles.ts'
import { type Expiry, remainingOf } from '../expiry.ts'

export const REDLOCK = 'redlock'

/** The longest value that is taken for a token, when a pattern says that it is one. */
export const LONGEST_TOKEN = 128

/** A string key that nobody told us about. */
export interface RawString {
  key: Buffer
  value: Buffer
  expiry: Expiry
  readAt: number
  /** The operator pinned this name to this dialect. */
  pinned: boolean
}

const TOKEN = /^[0-9a-f]{32}$/
const LOCK_LIKE =
  /(^|[:._\-/])(lock|locks|locked|mutex|redlock|semaphore|leader|singleton|lease)([:._\-/]|$)/i

/**
 * npm redlock 4 and 5 and their forks: the resource's own name, and 32 random lower-case hex digits. They leave no trace
 * of who holds it and who waits.
 */
export function decodeRedlock(raw: RawString, digest: Digest): Sighting | null {
  const text = raw.value.toString('latin1')
  const fits = raw.pinned
    ? raw.value.length > 0 && raw.value.length <= LONGEST_TOKEN
    : TOKEN.test(text) && !looksLikeUuid1(text, raw.readAt)
  if (!fits) return null
  const tokenDigest = digest(raw.value)
  return {
    key: toKeyId(raw.key),
    nameBytes: raw.key.toString('base64'),
    dialect: REDLOCK,
    confidence: raw.pinned ? 'certain' : looksLikeLock(raw.key) ? 'likely' : 'candidate',
    kind: 'mutex',
    holders: [
      {
        tokenDigest,
        label: `client ${tokenDigest.slice(0, 6)}`,
        identity: null,
        since: null,
        sinceIs: 'unknown',
        fence: null,
        ...remainingOf(raw.expiry),
        ttlMs: null,
      },
    ],
    waiters: { known: false },
    readAt: raw.readAt,
  }
}

export const looksLikeLock = (name: Buffer): boolean => LOCK_LIKE.test(name.toString('latin1'))

const DAY_MS = 86_400_000
/** From the beginning of the Gregorian calendar to that of Unix time, in units of 100 ns. */
const GREGORIAN = 0x01b21dd213814000n

/** The redis-py family writes a UUID of version 1 without dashes; its time tells it from random digits. */
function looksLikeUuid1(hex: string, now: number): boolean {
  if (hex[12] !== '1' || !'89ab'.includes(hex[16] ?? '')) return false
  const ticks = BigInt(`0x${hex.slice(13, 16)}${hex.slice(8, 12)}${hex.slice(0, 8)}`) - GREGORIAN
  const at = Number(ticks / 10_000n)
  return at > now - 400 * DAY_MS && at < now + DAY_MS
}
