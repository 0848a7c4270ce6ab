import type { KeyId, Sighting } from '../../fleet/sighting.ts'
import { toKeyId } from '../key-id.ts'
import type { Digest } from '../roles.ts'
import { decodeRedlock, LONGEST_TOKEN } from './dialects/redlock.ts'
import type { Reader } from './reader.ts'
import { ask, bytes, type Command, number } from './replies.ts'

/** Reads string keys that may be somebody else's locks: one byte more than a token can have tells that it is none. */
export async function readForeign(
  reader: Reader,
  keys: readonly Buffer[],
  { digest, isPinned }: { digest: Digest; isPinned: (key: Buffer) => boolean },
  into: Map<KeyId, Sighting | null>,
): Promise<void> {
  if (keys.length === 0) return
  const replies = await ask(
    reader,
    keys.flatMap((key): Command[] => [
      ['GETRANGE', key, 0, LONGEST_TOKEN],
      ['PTTL', key],
    ]),
  )
  const readAt = Date.now()
  keys.forEach((key, index) => {
    const value = bytes(replies[index * 2])
    const expiry = number(replies[index * 2 + 1])
    if (!value?.length || expiry === -2) return
    into.set(toKeyId(key), decodeRedlock({ key, value, expiry, readAt, pinned: isPinned(key) }, digest))
  })
}
