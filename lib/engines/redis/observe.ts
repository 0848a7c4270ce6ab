import type { KeyId, Sighting } from '../../fleet/sighting.ts'
import { fromKeyId, toKeyId } from '../key-id.ts'
import { literalPrefix, pinnedTo } from '../pattern.ts'
import type { Digest, Observer, Pattern } from '../roles.ts'
import { looksLikeLock, REDLOCK } from './dialects/redlock.ts'
import { ClockOffset } from './node-time.ts'
import { INDEX, isOurs, lockOf, OWN_PREFIX, ownKey, ownName } from './own-keys.ts'
import { readForeign } from './read-foreign.ts'
import { readOwn } from './read-own.ts'
import type { Reader } from './reader.ts'
import { ask, buffers, bytes, type Command, list } from './replies.ts'
import { trackChanges } from './track-changes.ts'

/** Larger pages block the node for longer than others should feel. */
const PAGE = 1_000
/** So many keys are read in one pipeline. */
const BATCH = 200

export interface RedisVoter {
  voter: string
  url: string
  reader: Reader
  digest: Digest
  patterns: readonly Pattern[]
  /** On a quorum any string may be a vote, and the other nodes tell whether it is one. */
  quorum: boolean
}

export function observeRedis({ voter, url, reader, digest, patterns, quorum }: RedisVoter): Observer {
  const clock = new ClockOffset()
  const pinned = pinnedTo(patterns)
  const isWorthReading = (key: Buffer) => quorum || looksLikeLock(key) || pinned(key) !== null
  const isPinned = (key: Buffer) => pinned(key) === REDLOCK

  const read = async (keys: readonly Buffer[]): Promise<Map<KeyId, Sighting | null>> => {
    const found = new Map<KeyId, Sighting | null>(keys.map((key) => [toKeyId(key), null]))
    for (let at = 0; at < keys.length; at += BATCH) {
      const batch = keys.slice(at, at + BATCH)
      await readOwn(
        reader,
        batch.filter((key) => ownName(key)),
        { digest, clock },
        found,
      )
      await readForeign(
        reader,
        batch.filter((key) => !isOurs(key)),
        { digest, isPinned },
        found,
      )
    }
    return found
  }

  return {
    voter,
    async *sweep(signal) {
      const seen = new Set<KeyId>()
      const present = async (keys: Buffer[]): Promise<Sighting[]> => {
        const found = await read(unseen(keys, seen))
        return [...found.values()].filter((sighting) => sighting !== null)
      }
      for await (const members of pages(reader, signal, (cursor) => ['ZSCAN', INDEX, cursor, 'COUNT', PAGE]))
        yield await present(members.filter((_, index) => index % 2 === 0).map(ownKey))
      for await (const keys of pages(reader, signal, (cursor) => [
        'SCAN',
        ...[cursor, 'COUNT', PAGE, 'TYPE', 'string'],
      ]))
        yield await present(
          keys.flatMap((key) => {
            if (isOurs(key)) return lockOf(key) ?? []
            return isWorthReading(key) ? [key] : []
          }),
        )
    },
    reread: (keys) => read(keys.map(fromKeyId)),
    watch(onChange, onLost) {
      const prefixes = quorum ? [''] : [OWN_PREFIX, ...patterns.map(({ match }) => literalPrefix(match))]
      const tellsOf = (key: Buffer) => (isOurs(key) ? lockOf(key) : isWorthReading(key) ? key : null)
      const onKeys = (keys: Buffer[]) => {
        const locks = new Set(keys.flatMap((key) => tellsOf(key) ?? []).map(toKeyId))
        if (locks.size > 0) onChange([...locks])
      }
      return trackChanges(url, prefixes, onKeys, onLost)
    },
  }
}

function unseen(keys: Buffer[], seen: Set<KeyId>): Buffer[] {
  return keys.filter((key) => {
    const id = toKeyId(key)
    if (seen.has(id)) return false
    seen.add(id)
    return true
  })
}

/** All pages of a SCAN or ZSCAN. */
async function* pages(
  reader: Reader,
  signal: AbortSignal,
  command: (cursor: string) => Command,
): AsyncGenerator<Buffer[]> {
  let cursor = '0'
  do {
    signal.throwIfAborted()
    const [page] = await ask(reader, [command(cursor)])
    const [next, keys] = list(page)
    cursor = bytes(next)?.toString() ?? '0'
    yield buffers(keys)
  } while (cursor !== '0')
}
