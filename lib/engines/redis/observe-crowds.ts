import { showName } from '../../fleet/names.ts'
import type { KeyId, Sighting } from '../../fleet/sighting.ts'
import { beginningOf } from './beginning.ts'

/** So many names with one beginning are a crowd, and half of them no longer are. */
const CROWD = 2_000
const NO_CROWD = CROWD / 2
/** One name in so many is followed, and not more than so many of one crowd. */
const ONE_IN = 4
const MOST_FOLLOWED = 1_000
const MOST_CROWDS = 16
const MOST_BEGINNINGS = 10_000
/** A thousand names for five minutes, or fewer for longer, of which so few were released, renewed or taken again. */
const FOLLOWED_MS = MOST_FOLLOWED * 300_000
const FEW_SIGNS = 3
/** Ends are known no better: answers take their time. */
const INEXACT_MS = 2_000

interface Followed {
  digest: string
  endsAt: number
  sweep: number
}

interface Crowd {
  dialect: string
  beginning: string
  size: number
  followed: Map<KeyId, Followed>
  /** Of those that are followed, how many this sweep has met again. */
  metAgain: number
  /** Of all that are followed together, and how many signs of life they gave meanwhile. */
  followedMs: number
  signs: number
  isStill: boolean
}

/**
 * Thousands of names with one beginning, whose tokens look alike and that nobody ever releases, renews or takes again, are
 * sessions, idempotency keys and the like, also where their names say that they are locks: then they only might be locks.
 * That is taken back with the first few signs of life. What is certain, or pinned, is not looked at.
 */
export class Crowds {
  readonly #crowds = new Map<string, Crowd>()
  #counts = new Map<string, number>()
  #sweep = 0
  #sweptAt: number | null = null
  #hasStill = false

  /** A sweep that ended badly tells nothing. */
  begin(): void {
    this.#sweep += 1
    this.#counts = new Map()
    for (const crowd of this.#crowds.values()) crowd.metAgain = 0
  }

  /** What a sweep has found. */
  swept(sightings: readonly Sighting[]): void {
    for (const sighting of sightings) {
      const endsAt = endOf(sighting)
      if (endsAt === null || hashOf(sighting.key) % ONE_IN !== 0) continue
      const id = crowdOf(sighting)
      const count = this.#counts.get(id) ?? 0
      if (count > 0 || this.#counts.size < MOST_BEGINNINGS) this.#counts.set(id, count + 1)
      const crowd = this.#crowds.get(id)
      if (crowd) this.#follow(crowd, sighting, endsAt)
    }
  }

  end(now: number): void {
    const sinceMs = this.#sweptAt === null ? 0 : Math.max(0, now - this.#sweptAt)
    this.#sweptAt = now
    for (const [id, crowd] of this.#crowds) {
      crowd.size = ONE_IN * (this.#counts.get(id) ?? 0)
      if (crowd.size < NO_CROWD) this.#crowds.delete(id)
      else this.#judge(crowd, sinceMs, now)
    }
    for (const [id, count] of this.#counts)
      if (count * ONE_IN >= CROWD && !this.#crowds.has(id) && this.#crowds.size < MOST_CROWDS)
        this.#crowds.set(id, newCrowd(id, count * ONE_IN))
    this.#counts = new Map()
    this.#hasStill = this.#still().length > 0
  }

  /** As it is to be told. */
  judged(sighting: Sighting): Sighting {
    if (!this.#hasStill || endOf(sighting) === null) return sighting
    return this.#crowds.get(crowdOf(sighting))?.isStill ? { ...sighting, confidence: 'candidate' } : sighting
  }

  /** Of which names nobody believes that they are locks, in words. */
  setAside(): readonly string[] {
    return this.#still().map(
      ({ size, beginning, dialect }) => `about ${size} names that begin with ${beginning} (${dialect})`,
    )
  }

  #still(): Crowd[] {
    return [...this.#crowds.values()].filter(({ isStill }) => isStill)
  }

  #follow(crowd: Crowd, { key, holders: [holder] }: Sighting, endsAt: number): void {
    const digest = holder?.tokenDigest ?? ''
    const known = crowd.followed.get(key)
    if (!known) {
      if (crowd.followed.size < MOST_FOLLOWED) crowd.followed.set(key, { digest, endsAt, sweep: this.#sweep })
      return
    }
    if (known.digest !== digest || endsAt > known.endsAt + INEXACT_MS) crowd.signs += 1
    known.digest = digest
    known.endsAt = endsAt
    known.sweep = this.#sweep
    crowd.metAgain += 1
  }

  #judge(crowd: Crowd, sinceMs: number, now: number): void {
    for (const [key, { sweep, endsAt }] of crowd.followed) {
      if (sweep === this.#sweep) continue
      crowd.followed.delete(key)
      if (endsAt > now + INEXACT_MS) crowd.signs += 1
    }
    crowd.followedMs += crowd.metAgain * sinceMs
    if (crowd.signs > FEW_SIGNS) crowd.isStill = false
    if (crowd.followedMs < FOLLOWED_MS) return
    crowd.isStill = crowd.signs <= FEW_SIGNS
    crowd.followedMs = 0
    crowd.signs = 0
  }
}

/** Null for what is not looked at. */
function endOf({ confidence, holders: [holder], readAt }: Sighting): number | null {
  if (confidence !== 'likely' || holder?.remainingIs !== 'exact' || holder.remainingMs === null) return null
  return readAt + holder.remainingMs
}

const crowdOf = ({ dialect, key }: Sighting): string => `${dialect} ${beginningOf(key)}`

function newCrowd(id: string, size: number): Crowd {
  const space = id.indexOf(' ')
  const beginning = showName(Buffer.from(id.slice(space + 1), 'latin1'))
  return {
    ...{ dialect: id.slice(0, space), beginning, size },
    ...{ followed: new Map(), metAgain: 0, followedMs: 0, signs: 0, isStill: false },
  }
}

/** FNV-1a of its end: names differ in few of their letters. */
function hashOf(key: KeyId): number {
  let hash = 0x811c9dc5
  for (let at = Math.max(0, key.length - HASHED); at < key.length; at++)
    hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193)
  return hash >>> 16
}

const HASHED = 32
