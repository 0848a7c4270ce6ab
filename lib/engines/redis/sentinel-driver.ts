import type { Redis } from 'ioredis'
import type { Answer, Message } from '../../core/node.ts'
import { closeRedis, openRedisListener } from './connect.ts'
import { createRedisNode, type RedisNode } from './driver.ts'
import { HeldNames } from './held-names.ts'
import { connectBehind, reachSentinel, type SentinelPlace } from './sentinel-connect.ts'

export interface RedisSentinelOptions {
  id: string
  sentinel: SentinelPlace
  /** Shown by CLIENT LIST. */
  connectionName?: string
}

const SWITCHED = '+switch-master'
/** Longer than the Sentinels take to agree, and no longer: it may become the primary again. */
const REPLACED_FOR_MS = 10_000

/**
 * The primary that Sentinels name, as one node. What it had not told its replicas is lost when one of them takes over, so
 * every hold is asked for again then. A primary that was replaced is left, also if it does not know it yet.
 */
export function createRedisSentinelNode(options: RedisSentinelOptions): RedisNode {
  const { id, sentinel, connectionName = 'lockkeeper' } = options
  const held = new HeldNames()
  const listeners = new Set<(message: Message) => void>()
  const replaced = new Replaced()
  const clients = new Set<Redis>()
  const connect = connectBehind(sentinel)

  const reconnect = () => {
    for (const client of clients) client.disconnect(true)
  }
  const askAgain = () => {
    for (const name of held.now()) for (const tell of listeners) tell({ kind: 'look', name })
  }
  const node = createRedisNode({
    id,
    connectionName,
    url(settings) {
      const client = connect(settings)
      clients.add(client)
      client.on('end', () => clients.delete(client))
      client.on('ready', () => void leaveUnlessPrimary(client, replaced))
      return client
    },
  })
  const [main] = clients
  let isFirst = true
  main?.on('ready', () => {
    if (!isFirst) askAgain()
    isFirst = false
  })
  const watching = sentinel.nodes.map((url) => {
    const watcher = openRedisListener(reachSentinel(url, sentinel), `${connectionName}:sentinel`, SWITCHED)
    watcher.on('message', (_channel, text) => {
      const [name, oldHost, oldPort, newHost, newPort] = text.split(' ')
      if (name !== sentinel.name) return
      replaced.by(`${oldHost}:${oldPort}`, `${newHost}:${newPort}`)
      for (const client of clients) if (replaced.has(addressOf(client))) client.disconnect(true)
    })
    return watcher
  })
  /** Only a replica answers so: the primary is somebody else by now. */
  const noticing = async (answering: Promise<Answer[]>): Promise<Answer[]> => {
    const answers = await answering
    if (answers.some((answer) => answer.outcome === 'unknown' && answer.why.startsWith('READONLY')))
      reconnect()
    return answers
  }

  return {
    ...node,
    async attempt(asks) {
      const answers = await noticing(node.attempt(asks))
      held.kept(asks, answers)
      return answers
    },
    async renew(holds) {
      const answers = await noticing(node.renew(holds))
      held.kept(holds, answers)
      return answers
    },
    release(holds) {
      held.ended(holds)
      return noticing(node.release(holds))
    },
    order: (orders) => noticing(node.order(orders)),
    async listen(process, onMessage) {
      listeners.add(onMessage)
      const stop = await node.listen(process, onMessage).catch((error) => {
        listeners.delete(onMessage)
        throw error
      })
      return async () => {
        listeners.delete(onMessage)
        await stop()
      }
    },
    async close() {
      for (const watcher of watching) closeRedis(watcher)
      await node.close()
    },
  }
}

/** Primaries that were replaced a moment ago: neither they nor every Sentinel may know it yet. */
class Replaced {
  #until = new Map<string, number>()

  by(old: string, next: string): void {
    this.#until.set(old, performance.now() + REPLACED_FOR_MS)
    this.#until.delete(next)
  }

  has(address: string): boolean {
    return (this.#until.get(address) ?? 0) > performance.now()
  }
}

async function leaveUnlessPrimary(client: Redis, replaced: Replaced): Promise<void> {
  if (replaced.has(addressOf(client))) return client.disconnect(true)
  // Who may not be asked says so when it is written to.
  const role = await client.role().catch(() => null)
  if (Array.isArray(role) && role[0] !== 'master') client.disconnect(true)
}

const addressOf = ({ stream }: Redis): string => {
  const { remoteAddress, remotePort } = stream as { remoteAddress?: string; remotePort?: number }
  return `${remoteAddress}:${remotePort}`
}
