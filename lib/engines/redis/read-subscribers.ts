import { ReadFailed } from './read-failed.ts'
import type { Reader } from './reader.ts'
import { askEach, bytes, list, number } from './replies.ts'

/** How many listen to each channel on this node, also as shard channels. What may not be asked is left out. */
export async function countSubscribers(
  reader: Reader,
  channels: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  const names = [...new Set(channels)]
  if (names.length === 0) return counts
  const bytesOf = names.map((name) => Buffer.from(name, 'latin1'))
  const replies = await askEach(reader, [
    ['PUBSUB', 'NUMSUB', ...bytesOf],
    ['PUBSUB', 'SHARDNUMSUB', ...bytesOf],
  ])
  for (const reply of replies) {
    if (reply instanceof ReadFailed) continue
    const flat = list(reply)
    for (let at = 0; at + 1 < flat.length; at += 2) {
      const name = bytes(flat[at])?.toString('latin1') ?? ''
      counts.set(name, (counts.get(name) ?? 0) + number(flat[at + 1]))
    }
  }
  return counts
}
