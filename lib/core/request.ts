import { LockError } from './errors.ts'
import type { Capabilities } from './node.ts'
import { validUntil } from './validity.ts'

/** What the lock is for: `correctness` must not be broken by a holder that is late, so that a fence is needed. */
export type Purpose = 'efficiency' | 'correctness'

export interface AskOptions {
  /** How long the hold is good for when it is not renewed. */
  ttlMs: number
  /** Renewed by itself at a third of the TTL until it is released. Default: as `createLocks` was told, which is yes. */
  autoRenew?: boolean
  /** Renewed only while this says yes: a holder that is stuck lets go. */
  renewWhile?: () => boolean | Promise<boolean>
  /** How many may hold it at once. The same number for everybody who uses the name. Default 1. */
  permits?: number
  /** Granted only when so many replicas have it. It improves the odds of a failover; it is no promise. Default 0. */
  minReplicas?: number
  /** Default: as `createLocks` was told, which is `efficiency`. */
  purpose?: Purpose
  /** Takes a lock for correctness although there is no fence: says in words why that is all right. */
  withoutFence?: string
}

export interface AcquireOptions extends AskOptions {
  /** How long to queue. Default 0: ask once, leave no trace. */
  waitMs?: number
  /** Gives up the waiting. Not the hold. */
  signal?: AbortSignal
}

/** What is asked for, with nothing left open. */
export interface Wish {
  name: string
  ttlMs: number
  waitMs: number
  permits: number
  minReplicas: number
  autoRenew: boolean
  renewWhile: (() => boolean | Promise<boolean>) | null
  signal: AbortSignal | null
}

export interface Defaults {
  autoRenew: boolean
  purpose: Purpose
  maxTtlMs: number
  capabilities: readonly Capabilities[]
}

const MAX_NAME_BYTES = 1_024
const MAX_PERMITS = 1_000

/** Completes what is asked for, and refuses what no node should ever be asked. */
export function wishFor(name: string, options: AcquireOptions, defaults: Defaults): Wish {
  const { ttlMs, waitMs = 0, permits = 1, minReplicas = 0, autoRenew = defaults.autoRenew } = options
  checkName(name)
  checkTtl(name, ttlMs, defaults.maxTtlMs)
  if (typeof waitMs !== 'number' || !(waitMs >= 0))
    refuse(
      name,
      `waitMs is a number of milliseconds, at least 0; not ${waitMs}.`,
      'Leave it out to ask once.',
    )
  if (!Number.isInteger(permits) || permits < 1 || permits > MAX_PERMITS)
    refuse(
      name,
      `permits is a whole number from 1 to ${MAX_PERMITS}; not ${permits}.`,
      'Leave it out for a mutex.',
    )
  if (!Number.isInteger(minReplicas) || minReplicas < 0)
    refuse(
      name,
      `minReplicas is a whole number, at least 0; not ${minReplicas}.`,
      'Leave it out to need none.',
    )
  checkPurpose(name, permits, options, defaults)
  const { renewWhile = null, signal = null } = options
  return { name, ttlMs, waitMs, permits, minReplicas, autoRenew, renewWhile, signal }
}

export function checkName(name: string): void {
  if (typeof name !== 'string' || name === '')
    refuse(name, 'A lock needs a name.', 'Pass a non-empty string.')
  if (name.includes('\0')) refuse(name, 'A name of a lock has no NUL.', 'Leave the zero character out.')
  if (/\p{Surrogate}/u.test(name))
    refuse(name, 'A name of a lock is well-formed Unicode.', 'It has half of a surrogate pair.')
  // No character takes more than three bytes for each of its units.
  if (name.length * 3 <= MAX_NAME_BYTES) return
  const bytes = new TextEncoder().encode(name).length
  if (bytes > MAX_NAME_BYTES)
    refuse(
      name,
      `A name of a lock has at most ${MAX_NAME_BYTES} bytes; this one has ${bytes}.`,
      'Use a digest of the long part.',
    )
}

function checkTtl(name: string, ttlMs: number, maxTtlMs: number): void {
  if (!Number.isSafeInteger(ttlMs) || validUntil(0, ttlMs) <= 0)
    refuse(
      name,
      `A TTL is a whole number of milliseconds, at least 4; not ${ttlMs}.`,
      'Pass ttlMs, e.g. 10_000.',
    )
  if (ttlMs > maxTtlMs)
    refuse(
      name,
      `This backend allows a TTL of at most ${maxTtlMs} ms; ${ttlMs} were asked for.`,
      'Ask for less and let it be renewed, or raise maxTtlMs of the backend.',
    )
}

function checkPurpose(name: string, permits: number, options: AskOptions, defaults: Defaults): void {
  const { purpose = defaults.purpose, withoutFence = '' } = options
  if (purpose !== 'correctness' || withoutFence.trim() !== '') return
  const fences = permits === 1 && defaults.capabilities.every((one) => one.fences)
  if (fences) return
  throw new LockError('unsupported', `${name}: there is no fence here, and correctness needs one.`, {
    lock: name,
    hint: 'Use a mutex on a backend that fences, or say in withoutFence why a late holder can do no harm.',
  })
}

function refuse(lock: string, says: string, hint: string): never {
  throw new LockError('invalid', says, { lock: String(lock), hint })
}
