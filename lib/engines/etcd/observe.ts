import type { KeyId, Sighting } from '../../fleet/sighting.ts'
import { fromKeyId, toKeyId } from '../key-id.ts'
import type { Digest, Observer } from '../roles.ts'
import type { Entry } from './dialects/entry.ts'
import { Leases } from './leases.ts'
import type { Members } from './members.ts'
import { NOT_ASKED, queueOf, readQueue, sightingOf } from './queue.ts'
import { entriesOf, pagesUnder, watchedPrefixes } from './ranges.ts'
import { gateOfQueue, queueOfGate } from './seen-gate.ts'
import { watchRanges } from './watch-ranges.ts'

/** Sightings are handed on in portions of this size. */
const PORTION = 1_000

export interface EtcdVoter {
  voter: string
  members: Members
  digest: Digest
  prefixes: readonly string[]
}

/** The whole cluster as one voter. A lock is identified by the prefix of its queue. */
export function observeEtcd({ voter, members, digest, prefixes }: EtcdVoter): Observer {
  const watched = watchedPrefixes(prefixes)
  const leases = new Leases(members)

  const rereadOne = async (key: KeyId): Promise<[KeyId, Sighting | null]> => {
    const prefix = fromKeyId(key)
    const gatePrefix = gateOfQueue(prefix)
    const [entries, gates] = await Promise.all([
      entriesOf(members, prefix),
      gatePrefix ? entriesOf(members, gatePrefix) : [],
    ])
    const readAt = Date.now()
    const queue = readQueue(
      prefix,
      entries.filter((entry) => queueOf(entry.key)?.equals(prefix)),
      gates,
    )
    const lease = queue?.claims[0]?.entry.lease
    const left = lease && lease !== '0' ? await leases.left(lease) : NOT_ASKED
    return [key, queue && sightingOf(queue, left, digest, readAt)]
  }

  return {
    voter,
    async *sweep(signal) {
      const found = new Map<KeyId, Found>()
      for (const prefix of watched) {
        for await (const entries of pagesUnder(members, prefix)) {
          signal.throwIfAborted()
          for (const entry of entries) gather(found, entry)
        }
      }
      const readAt = Date.now()
      const sightings = [...found.values()].flatMap(({ prefix, entries, gates }) => {
        const queue = readQueue(prefix, entries, gates)
        return queue ? [sightingOf(queue, NOT_ASKED, digest, readAt)] : []
      })
      for (let at = 0; at < sightings.length; at += PORTION) yield sightings.slice(at, at + PORTION)
    },
    async reread(keys) {
      return new Map(await Promise.all(keys.map(rereadOne)))
    },
    watch: (onChange, onLost) =>
      watchRanges(
        members,
        watched,
        (keys) => {
          const queues = new Set(keys.flatMap((key) => queueOfGate(key) ?? queueOf(key) ?? []).map(toKeyId))
          if (queues.size > 0) onChange([...queues])
        },
        onLost,
      ),
  }
}

interface Found {
  prefix: Buffer
  entries: Entry[]
  gates: Entry[]
}

function gather(found: Map<KeyId, Found>, entry: Entry): void {
  const gated = queueOfGate(entry.key)
  const prefix = gated ?? queueOf(entry.key)
  if (!prefix) return
  const id = toKeyId(prefix)
  const queue = found.get(id) ?? { prefix, entries: [], gates: [] }
  found.set(id, queue)
  const of = gated ? queue.gates : queue.entries
  of.push(entry)
}
