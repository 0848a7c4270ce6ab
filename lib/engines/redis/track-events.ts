import { within } from '../deadline.ts'
import type { Connect } from './connect.ts'
import { ReadFailed } from './read-failed.ts'
import { openOnce, READ_WITHIN_MS } from './reader.ts'

/** All kinds of events, told by key; `A` stands for all others. */
const WANTED = /K.*A|A.*K|^(?=.*K)(?=.*g)(?=.*\$)(?=.*h)(?=.*z)(?=.*x)/

/**
 * Keys that changed, told by events of the keyspace: where tracking is not allowed and somebody has enabled them. Nothing is
 * enabled from here.
 */
export async function trackEvents(
  to: string | Connect,
  prefixes: readonly string[],
  onKeys: (keys: Buffer[]) => void,
  onLost: (why: string) => void,
): Promise<() => Promise<void>> {
  const client = openOnce(to)
  const channel = `__keyspace@${client.options.db ?? 0}__:`
  let isOver = false
  const end = () => {
    isOver = true
    client.disconnect()
  }
  client.on('pmessageBuffer', (_pattern: unknown, from: Buffer) => onKeys([from.subarray(channel.length)]))
  try {
    await within(READ_WITHIN_MS, client.connect())
    const setting = await within(READ_WITHIN_MS, client.config('GET', 'notify-keyspace-events'))
    const flags = Array.isArray(setting) ? String(setting[1]) : ''
    if (!WANTED.test(flags)) throw new ReadFailed('keyspace events are not enabled')
    const patterns = prefixes.map((prefix) => `${channel}${prefix.replace(/[\\*?[\]^]/g, '\\$&')}*`)
    await within(READ_WITHIN_MS, client.psubscribe(...patterns))
  } catch (error) {
    end()
    throw error instanceof ReadFailed ? error : new ReadFailed(error)
  }
  client.once('close', () => {
    if (!isOver) onLost('the connection was cut')
    end()
  })
  return async () => end()
}
