import type { KeyId, Sighting } from '../../fleet/sighting.ts'
import { fromKeyId, toKeyId } from '../key-id.ts'
import { literalPrefix, pinnedTo } from '../pattern.ts'
import type { Digest, Observer, Pattern } from '../roles.ts'
import type { Connect } from './connect.ts'
import type { Decoded } from './decoded.ts'
import { routeOf } from './dialects/index.ts'
import { ClockOffset } from './node-time.ts'
import { BATCH } from './observe-batches.ts'
import { createBehaviour, unjudged } from './observe-behaviour.ts'
import { createCandidates } from './observe-candidates.ts'
import { createChanges } from './observe-changes.ts'
import { sweepIndex } from './observe-index.ts'
import { sweepKeys } from './observe-keys.ts'
import { SeenKeys } from './observe-seen.ts'
import { isOurs, lockOf, ownName } from './own-keys.ts'
import type { Budget } from './read-budget.ts'
import { type Foreign, readForeign } from './read-foreign.ts'
import { type Own, readOwn } from './read-own.ts'
import { createWay } from './read-way.ts'
import type { Reader } from './reader.ts'

/** Of keys whose names say nothing so many are read in a sweep, if half a second may be spent on them. */
const MOST_CANDIDATES = 10_000
const CANDIDATES_SHARE = 0.5
/** A name that an operator excludes. */
const NO_DIALECT = 'none'

export interface RedisVoter {
  voter: string
  to: string | Connect
  reader: Reader
  digest: Digest
  patterns: readonly Pattern[]
  budget: Budget
  /** On a quorum any string may be a vote, and the other nodes tell whether it is one. */
  quorum: boolean
  /** What the other voters of that quorum have told. */
  decoded?: Decoded | undefined
  /** A cluster has no index of our locks. */
  clustered?: boolean
}

export function observeRedis(options: RedisVoter): Observer {
  const { voter, to, reader, digest, patterns, budget, quorum, decoded, clustered = false } = options
  const pinned = pinnedTo(patterns)
  const way = createWay(reader)
  const own: Own = { reader, way, digest, clock: new ClockOffset() }
  const foreign: Foreign = { reader, way, digest, pinned, decoded }
  const candidates = createCandidates(Math.min(MOST_CANDIDATES, CANDIDATES_SHARE * budget.perSecond), quorum)
  const behaviour = quorum ? unjudged : createBehaviour()
  const lockBehind = (key: Buffer): Buffer | null => {
    if (isOurs(key)) return lockOf(key)
    const lock = routeOf(key, pinned)
    if (lock || !(quorum || behaviour.isLock(key))) return lock
    return pinned(key) === NO_DIALECT ? null : key
  }
  const prefixes = patterns.map(({ match }) => literalPrefix(match))
  const changes = createChanges({ to, budget, quorum, prefixes, lockBehind })

  return {
    voter,
    async *sweep(signal) {
      changes.sweepBegins()
      behaviour.sweepBegins()
      const seen = new SeenKeys()
      if (!clustered) yield* sweepIndex(own, budget, seen, signal)
      const routes = { own, foreign, candidates, budget, routeOf: (key: Buffer) => routeOf(key, pinned) }
      for await (const found of sweepKeys(routes, seen, signal)) {
        const sightings = behaviour.swept(found)
        changes.swept(sightings)
        yield sightings
      }
      behaviour.sweepEnds()
      changes.sweepEnds()
    },
    async reread(keys) {
      const found = new Map<KeyId, Sighting | null>()
      for (let at = 0; at < keys.length; at += BATCH) {
        const some = keys.slice(at, at + BATCH).map(fromKeyId)
        await Promise.all([
          note(found, some.filter(isOwn), (ours) => readOwn(own, ours)),
          note(
            found,
            some.filter((key) => !isOwn(key)),
            (others) => readForeign(foreign, others),
          ),
        ])
      }
      for (const [key, sighting] of found) {
        const judged = behaviour.reread(key, sighting)
        if (judged !== sighting) found.set(key, judged)
        candidates.reread(key, judged)
      }
      return found
    },
    watch: changes.watch,
    commands: () => reader.spent,
    lacks: () => [...(way.isByScript ? [] : ['scripts']), ...changes.lacks()],
    setAside: () => behaviour.setAside(),
  }
}

const isOwn = (key: Buffer): boolean => ownName(key) !== null

/** What could not be read is left out: nothing new is known of it. */
async function note(
  found: Map<KeyId, Sighting | null>,
  keys: Buffer[],
  read: (keys: Buffer[]) => Promise<(Sighting | null | undefined)[]>,
): Promise<void> {
  const sightings = await read(keys)
  keys.forEach((key, index) => {
    const sighting = sightings[index]
    if (sighting !== undefined) found.set(toKeyId(key), sighting)
  })
}
