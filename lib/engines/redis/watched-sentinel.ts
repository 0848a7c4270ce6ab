import type { Redis } from 'ioredis'
import type { Connect } from './connect.ts'
import { closeRedis, openRedisListener } from './connect.ts'
import { connectBehind, reachSentinel, type SentinelPlace } from './sentinel-connect.ts'

const SWITCHED = '+switch-master'

export interface FollowedPrimary {
  /** Whoever the Sentinels name, for every new connection; one that is replaced is left at once. */
  connect: Connect
  close(): void
}

export function followPrimary(place: SentinelPlace, connectionName: string): FollowedPrimary {
  const behind = connectBehind(place)
  const clients = new Set<Redis>()
  const listeners = place.nodes.map((url) => {
    const listener = openRedisListener(reachSentinel(url, place), `${connectionName}:sentinel`, SWITCHED)
    listener.on('message', (_channel, text) => {
      if (text.split(' ')[0] !== place.name) return
      for (const client of clients) client.disconnect(true)
    })
    return listener
  })
  return {
    connect(settings) {
      const client = behind(settings)
      clients.add(client)
      client.on('end', () => clients.delete(client))
      client.on('ready', () => void leaveUnlessPrimary(client))
      return client
    },
    close() {
      for (const listener of listeners) closeRedis(listener)
    },
  }
}

async function leaveUnlessPrimary(client: Redis): Promise<void> {
  // One that listens may not be asked, nor one without the right: then it is believed.
  const role = await client.role().catch(() => null)
  if (Array.isArray(role) && role[0] !== 'master') client.disconnect(true)
}
