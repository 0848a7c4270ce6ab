import type { Redis } from 'ioredis'
import type { Stop } from '../../core/node.ts'
import { within } from '../deadline.ts'
import type { ClusterMap } from './cluster-map.ts'
import { type Connect, closeRedis, openRedisListener } from './connect.ts'
import { CommandFailed, messageOf } from './trouble.ts'

const SUBSCRIBED_WITHIN_MS = 1_000
const PAUSE_MS = 250

/** Listens on any of the servers: they tell each other what is published. When it goes away, on another one. */
export async function listenOnCluster(
  map: ClusterMap,
  name: string,
  channel: string,
  onText: (text: string) => void,
): Promise<Stop> {
  let current: Redis | null = null
  let isOver = false

  const tuneIn = async (to: string | Connect): Promise<void> => {
    const client = openRedisListener(to, name, channel)
    current = client
    client.on('message', (_channel, text) => onText(text))
    try {
      await within(SUBSCRIBED_WITHIN_MS, client.subscribe(channel))
      client.once('close', () => void tuneInElsewhere(client))
    } catch (error) {
      closeRedis(client)
      throw new CommandFailed(messageOf(error), false)
    }
  }
  const tuneInAnywhere = async (): Promise<void> => {
    let trouble = new CommandFailed('not connected', false)
    for (const to of map.ways().sort(() => Math.random() - 0.5)) {
      if (isOver) return
      try {
        return await tuneIn(to)
      } catch (error) {
        trouble = error as CommandFailed
      }
    }
    throw trouble
  }
  const tuneInElsewhere = async (gone: Redis): Promise<void> => {
    closeRedis(gone)
    while (!isOver) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS).unref())
      await map.look()
      const tunedIn = await tuneInAnywhere().then(
        () => true,
        () => false,
      )
      if (tunedIn) return
    }
  }

  await tuneInAnywhere()
  return async () => {
    isOver = true
    if (current) closeRedis(current)
  }
}
