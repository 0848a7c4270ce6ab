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
const PORTION = 200

/** Everything as it stands at one revision. */
export async function* sweepLocks(reading: Reading, signal: AbortSignal): AsyncGenerator<Sighting[]> {
  const sweep = new Sweep(reading)
  const snapshot: Snapshot = { revision: null }
  const begun = reading.sweepBegins()
  let isComplete = false
  try {
    for (const prefix of gatesFirst(reading.watched)) {
      try {
        for await (const entries of entriesUnder(reading, prefix, snapshot, sweep)) {
          signal.throwIfAborted()
          yield sweep.take(entries)
          await breath()
        }
      } catch (error) {
        if (!reading.rights.mayDoWithout(prefix, error)) throw error
      }
      yield sweep.rest()
    }
    yield sweep.gatesAlone()
    reading.others = sweep.others()
    isComplete = true
  } finally {
    begun.done(isComplete)
  }
}

const isWorth = (entry: Entry): boolean => isOurs(entry.key) || mayBeLock(entry)

/** In portions. Values are read where a key could be a lock, and of ours with the keys. */
async function* entriesUnder(
  reading: Reading,
  prefix: Buffer,
  snapshot: Snapshot,
  sweep: Sweep,
): AsyncGenerator<Entry[]> {
  const keysOnly = !isOurs(prefix)
  for await (const page of pagesUnder(reading.members, prefix, snapshot, keysOnly)) {
    reading.rights.mayRead(prefix)
    reading.isAt(snapshot.revision)
    sweep.countLeases(page)
    const entries = keysOnly
      ? await withValues(reading.members, page, isWorth, snapshot, reading.unread)
      : page
    for (let at = 0; at < entries.length; at += PORTION) yield entries.slice(at, at + PORTION)
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
    const sightings: Sighting[] = []
    const onComplete = (group: Group) => this.#tell(group, telling, sightings)
    for (const entry of entries) {
      this.#gathering.before(entry.key, onComplete)
      const own = this.#put(entry, telling)
      if (own) sightings.push(own)
    }
    return sightings
  }

  rest(): Sighting[] {
    const sightings: Sighting[] = []
    const telling = this.#telling()
    this.#gathering.before(null, (group) => this.#tell(group, telling, sightings))
    return sightings
  }

  /** Of those that nobody waits behind. */
  gatesAlone(): Sighting[] {
    const sightings: Sighting[] = []
    const telling = this.#telling()
    for (const queue of [...this.#gates.keys()])
      this.#tell({ prefix: Buffer.from(queue, 'latin1'), entries: [] }, telling, sightings)
    return sightings
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

  #tell({ prefix, entries }: Group, telling: Telling, sightings: Sighting[]): void {
    const name = this.#gates.size > 0 ? prefix.toString('latin1') : ''
    const queue = readQueue(prefix, entries, this.#gates.get(name), this.#reading.pinned)
    this.#gates.delete(name)
    if (queue) sightings.push(sightingOf(queue, telling))
  }
}
