import { setImmediate as breath } from 'node:timers/promises'
import type { Sighting } from '../../fleet/sighting.ts'
import { type Entry, isLeased } from './dialects/entry.ts'
import { claimOf, mayBeLock } from './dialects/index.ts'
import { GATES } from './layout.ts'
import { Gathering, type Group } from './observe-gathering.ts'
import type { Reading } from './observe-reading.ts'
import { queueOf, readQueue, sightingOf, type Telling } from './queue.ts'
import { pagesUnder, type Snapshot } from './ranges.ts'
import { withValues } from './ranges-values.ts'
import { isOurs, ownQueueOf, queueOfGate } from './seen-gate.ts'

/** Keys are looked at in portions of this size, so that everything else goes on in between. */
const PORTION = 500

/** Everything as it stands at one revision. Values are read where a key could be a lock, and of ours with the keys. */
export async function* sweepLocks(reading: Reading, signal: AbortSignal): AsyncGenerator<Sighting[]> {
  const sweep = new Sweep(reading)
  const snapshot: Snapshot = { revision: null }
  const isWorth = (entry: Entry) => isOurs(entry.key) || mayBeLock(entry)
  reading.sweeping += 1
  try {
    for (const prefix of gatesFirst(reading.watched)) {
      const keysOnly = !isOurs(prefix)
      for await (const page of pagesUnder(reading.members, prefix, snapshot, keysOnly)) {
        reading.isAt(snapshot.revision)
        sweep.countLeases(page)
        const entries = keysOnly
          ? await withValues(reading.members, page, isWorth, snapshot, reading.unread)
          : page
        for (let at = 0; at < entries.length; at += PORTION) {
          signal.throwIfAborted()
          yield sweep.take(entries.slice(at, at + PORTION))
          await breath()
        }
      }
      yield sweep.rest()
    }
    yield sweep.gatesAlone()
    reading.others = sweep.others()
  } finally {
    reading.sweeping -= 1
  }
}

/** A gate is told with its queue, and has to be known before. */
const gatesFirst = (prefixes: readonly Buffer[]): Buffer[] =>
  [...prefixes].sort((a, b) => Number(b.equals(GATE)) - Number(a.equals(GATE)))

const GATE = Buffer.from(GATES)

class Sweep {
  readonly #reading: Reading
  readonly #gathering = new Gathering()
  /** By the queue that they close, those that were not told yet. */
  readonly #gates = new Map<string, Entry[]>()
  readonly #keysOn = new Map<string, number>()

  constructor(reading: Reading) {
    this.#reading = reading
  }

  countLeases(page: readonly Entry[]): void {
    for (const entry of page) {
      if (!isLeased(entry) || isOurs(entry.key)) continue
      this.#keysOn.set(entry.lease, (this.#keysOn.get(entry.lease) ?? 0) + 1)
    }
  }

  others(): Map<string, number> {
    return new Map([...this.#keysOn].flatMap(([lease, keys]) => (keys > 1 ? [[lease, keys - 1]] : [])))
  }

  take(entries: readonly Entry[]): Sighting[] {
    const telling = this.#telling()
    return entries.flatMap((entry) => {
      const complete = this.#tell(this.#gathering.before(entry.key), telling)
      const own = this.#put(entry, telling)
      return own ? [...complete, own] : complete
    })
  }

  rest(): Sighting[] {
    return this.#tell(this.#gathering.before(null), this.#telling())
  }

  /** Of those that nobody waits behind. */
  gatesAlone(): Sighting[] {
    const alone = [...this.#gates.keys()].map((queue) => ({
      prefix: Buffer.from(queue, 'latin1'),
      entries: [],
    }))
    return this.#tell(alone, this.#telling())
  }

  #telling(): Telling {
    const telling = this.#reading.telling(Date.now())
    const others = (lease: string) => Math.max(telling.others(lease), (this.#keysOn.get(lease) ?? 1) - 1)
    return { ...telling, others }
  }

  /** Its lock, if it is one on its own. */
  #put(entry: Entry, telling: Telling): Sighting | null {
    if (isOurs(entry.key)) {
      this.#putOwn(entry)
      return null
    }
    const prefix = queueOf(entry.key)
    if (prefix && claimOf(entry, entry.key.subarray(prefix.length))) {
      this.#gathering.add(prefix, entry)
      return null
    }
    return this.#reading.ofKey(entry, telling)
  }

  #putOwn(entry: Entry): void {
    const gated = queueOfGate(entry.key)?.toString('latin1')
    if (gated !== undefined) this.#gates.set(gated, [...(this.#gates.get(gated) ?? []), entry])
    const queue = ownQueueOf(entry.key)
    if (queue) this.#gathering.add(queue, entry)
  }

  #tell(groups: readonly Group[], telling: Telling): Sighting[] {
    return groups.flatMap(({ prefix, entries }) => {
      const name = prefix.toString('latin1')
      const queue = readQueue(prefix, entries, this.#gates.get(name), this.#reading.pinned)
      this.#gates.delete(name)
      return queue ? [sightingOf(queue, telling)] : []
    })
  }
}
