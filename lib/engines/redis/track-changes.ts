import { within } from '../deadline.ts'
import type { OnLost } from '../roles.ts'
import type { Connect } from './connect.ts'
import { ReadFailed } from './read-failed.ts'
import { openOnce, READ_WITHIN_MS } from './reader.ts'

const CHANNEL = '__redis__:invalidate'

/**
 * Keys that changed, told by the node itself: one connection asks for tracking, a second one in the old protocol listens
 * (the client drops the pushes of the new one). Nothing is configured on the node, and it ends with the connections.
 */
export async function trackChanges(
  to: string | Connect,
  prefixes: readonly string[],
  onKeys: (keys: Buffer[]) => void,
  onLost: OnLost,
): Promise<() => Promise<void>> {
  const asking = openOnce(to)
  const listening = openOnce(to)
  let ended = false
  const end = () => {
    ended = true
    asking.disconnect()
    listening.disconnect()
  }
  const lost: OnLost = (why, isEmptied) => {
    if (ended) return
    end()
    onLost(why, isEmptied)
  }
  listening.on('messageBuffer', (_channel: Buffer, message: unknown) => {
    if (message === null) lost('all keys of the node were dropped', true)
    else onKeys((Array.isArray(message) ? message : [message]).filter((key) => Buffer.isBuffer(key)))
  })
  try {
    await within(READ_WITHIN_MS, Promise.all([asking.connect(), listening.connect()]))
    const id = await within(READ_WITHIN_MS, listening.client('ID'))
    await within(READ_WITHIN_MS, listening.subscribe(CHANNEL))
    await within(
      READ_WITHIN_MS,
      asking.call('CLIENT', [
        ...['TRACKING', 'ON', 'REDIRECT', String(id), 'BCAST'],
        ...withoutOverlap(prefixes).flatMap((prefix) => ['PREFIX', prefix]),
      ]),
    )
  } catch (error) {
    end()
    throw error instanceof ReadFailed ? error : new ReadFailed(error)
  }
  for (const client of [asking, listening]) client.once('close', () => lost('the connection was cut'))
  return async () => end()
}

/** Redis refuses prefixes of which one begins with another. */
export function withoutOverlap(prefixes: readonly string[]): string[] {
  const shortFirst = [...new Set(prefixes)].sort((a, b) => a.length - b.length)
  return shortFirst.filter(
    (prefix, index) => !shortFirst.slice(0, index).some((shorter) => prefix.startsWith(shorter)),
  )
}
