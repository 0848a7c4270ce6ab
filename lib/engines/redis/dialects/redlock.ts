import type { Sighting } from '../../../fleet/sighting.ts'
import type { Digest } from '../../roles.ts'
import type { Expiry } from '../expiry.ts'
import type { Dialect } from './dialect.ts'
import { saysLock } from './lock-words.ts'
import { byName, LONGEST_TOKEN, sight } from './sight.ts'
import { isHex32, madeAt } from './uuid.ts'

export const REDLOCK = 'redlock'

/**
 * npm redlock 4 and 5 and their forks, redlock-universal: the resource's own name, and 32 random lower-case hex digits. They
 * leave no trace of who holds it and who waits. So do PyPI's redlock and lock4j, whose digits are those of a UUID.
 */
export const redlock: Dialect = {
  id: REDLOCK,
  types: ['string'],
  read(look) {
    if (!isHex32(look.text) || madeAt(look.text, look.readAt)) return null
    const confidence = byName(look)
    return confidence && sight(look, { dialect: REDLOCK, confidence })
  },
}

/** A string key that nobody told us about. */
export interface RawString {
  key: Buffer
  value: Buffer
  expiry: Expiry
  readAt: number
  /** The operator pinned this name to this dialect. */
  pinned: boolean
}

export function decodeRedlock(raw: RawString, digest: Digest): Sighting | null {
  const look = {
    raw: {
      type: 'string',
      key: raw.key,
      expiry: raw.expiry,
      size: raw.value.length,
      head: raw.value,
    } as const,
    ...{ beside: new Map(), subscribers: new Map(), nodeNow: raw.readAt, readAt: raw.readAt, digest },
    ...{ pinned: null, name: raw.key.toString('latin1'), text: raw.value.toString('latin1') },
  }
  if (!raw.pinned) return redlock.read(look)
  const fits = raw.value.length > 0 && raw.value.length <= LONGEST_TOKEN
  return fits ? sight(look, { dialect: REDLOCK, confidence: 'certain' }) : null
}

export const looksLikeLock = (name: Buffer): boolean => saysLock(name)
export { LONGEST_TOKEN } from './sight.ts'
