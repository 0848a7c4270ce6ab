import type { KeyId, Sighting } from '../../fleet/sighting.ts'
import { toKeyId } from '../key-id.ts'
import { literalPrefix, pinnedTo } from '../pattern.ts'
import type { Digest, Pattern } from '../roles.ts'
import type { Entry } from './dialects/entry.ts'
import { NONE } from './dialects/index.ts'
import { Leases } from './leases.ts'
import type { Members } from './members.ts'
import { type Counted, counted } from './members-counted.ts'
import { sightingOfKey } from './observe-keys.ts'
import { Rights } from './observe-rights.ts'
import type { Pinned, Telling } from './queue.ts'
import { watchedPrefixes } from './ranges.ts'
import { Unread } from './ranges-limits.ts'

export interface EtcdVoter {
  voter: string
  members: Members
  digest: Digest
  prefixes: readonly string[]
  patterns?: readonly Pattern[]
}

/** What sweeps, rereads and pushes of one voter share. */
export class Reading {
  readonly members: Counted
  readonly watched: readonly Buffer[]
  readonly rights: Rights
  readonly pinned: Pinned
  readonly leases: Leases
  readonly unread = new Unread()
  /** How many other keys hang on a lease, by the last sweep; of nearly all it is none. */
  others: ReadonlyMap<string, number> = new Map()
  #sweeping = 0
  #sweeps = 0
  readonly #digest: Digest
  #revision = 0
  /** Locks of one key, and by which sweep they were seen last: of other keys that go away nobody needs to hear. */
  readonly #alone = new Map<KeyId, number>()

  constructor({ members, digest, prefixes, patterns = [] }: EtcdVoter) {
    this.members = counted(members)
    this.leases = new Leases(this.members)
    this.pinned = pinnedTo(patterns)
    this.#digest = digest
    const named = patterns.filter(({ dialect }) => dialect !== NONE).map(({ match }) => literalPrefix(match))
    this.watched = watchedPrefixes([...prefixes, ...named.filter((prefix) => prefix !== '')])
    this.rights = new Rights(this.watched)
  }

  telling(readAt: number): Telling {
    const { leases } = this
    return {
      digest: this.#digest,
      readAt,
      left: (lease) => leases.left(lease),
      others: (lease) => Math.max(this.others.get(lease) ?? 0, leases.others(lease)),
    }
  }

  /** What one foreign key is the lock of. */
  ofKey(entry: Entry, telling: Telling): Sighting | null {
    const sighting = sightingOfKey(entry, this.pinned, telling)
    if (sighting) this.#alone.set(sighting.key, this.#sweeps)
    else if (entry.isRead) this.unread.add(entry)
    return sighting
  }

  /** A store that was restored from a snapshot gives revisions again that it gave before. */
  isAt(revision: string | null): void {
    const at = Number(revision ?? 0)
    if (at < this.#revision) this.unread.clear()
    this.#revision = at
  }

  /** While a sweep is under way, nobody knows yet what it has found. */
  mayHaveBeenAlone(key: Buffer): boolean {
    return this.#sweeping > 0 || this.#alone.has(toKeyId(key))
  }

  sweepBegins(): { done(isComplete: boolean): void } {
    this.#sweeping += 1
    this.#sweeps += 1
    const sweep = this.#sweeps
    return {
      done: (isComplete) => {
        this.#sweeping -= 1
        if (!isComplete) return
        for (const [key, seenBy] of this.#alone) if (seenBy < sweep) this.#alone.delete(key)
      },
    }
  }

  isGone(key: KeyId): void {
    this.#alone.delete(key)
  }
}
