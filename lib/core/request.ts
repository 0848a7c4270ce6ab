import { LockError } from './errors.ts'
import { validUntil } from './validity.ts'

export interface AskOptions {
  /** How long the hold is good for when it is not renewed. */
  ttlMs: number
  /** Renewed by itself at a third of the TTL until it is released. Default: as `createLocks` was told, which is yes. */
  autoRenew?: boolean
}

export interface AcquireOptions extends AskOptions {
  /** How long to queue. Default 0: ask once, leave no trace. */
  waitMs?: number
  /** Gives up the waiting. Not the hold. */
  signal?: AbortSignal
}

const MAX_NAME_BYTES = 1_024

/** Refuses what no node should ever be asked. */
export function checkRequest(name: string, ttlMs: number, waitMs: number, maxTtlMs: number): void {
  const refuse = (says: string, hint: string) => {
    throw new LockError('invalid', says, { lock: String(name), hint })
  }
  if (typeof name !== 'string' || name === '') refuse('A lock needs a name.', 'Pass a non-empty string.')
  if (name.includes('\0')) refuse('A name of a lock has no NUL.', 'Leave the zero character out.')
  if (/\p{Surrogate}/u.test(name))
    refuse('A name of a lock is well-formed Unicode.', 'It has half of a surrogate pair.')
  const bytes = new TextEncoder().encode(name).length
  if (bytes > MAX_NAME_BYTES)
    refuse(
      `A name of a lock has at most ${MAX_NAME_BYTES} bytes; this one has ${bytes}.`,
      'Use a digest of the long part.',
    )
  if (!Number.isSafeInteger(ttlMs) || validUntil(0, ttlMs) <= 0)
    refuse(`A TTL is a whole number of milliseconds, at least 4; not ${ttlMs}.`, 'Pass ttlMs, e.g. 10_000.')
  if (ttlMs > maxTtlMs)
    refuse(
      `This backend allows a TTL of at most ${maxTtlMs} ms; ${ttlMs} were asked for.`,
      'Ask for less and let it be renewed, or raise maxTtlMs of the backend.',
    )
  if (typeof waitMs !== 'number' || !(waitMs >= 0))
    refuse(`waitMs is a number of milliseconds, at least 0; not ${waitMs}.`, 'Leave it out to ask once.')
}
