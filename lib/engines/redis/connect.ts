import { Redis, type RedisOptions } from 'ioredis'
import { socketsTo } from './sockets.ts'

/** Opens a client with these settings, where a URL does not say enough of the way to a server. */
export type Connect = (settings: Settings) => Redis
export type Settings = RedisOptions & { replyMapping?: 'legacy' }

const LONGEST_PAUSE_MS = 1_000
/** A connection that owes an answer for this long is cut. Far beyond any deadline of a command. */
export const SILENT_MS = 10_000

/** Nothing is sent twice, nothing is asked for that a user may lack, and it is connected again for ever. */
const options = (connectionName: string) => ({
  connectionName,
  protocol: 2 as const,
  // It asks INFO, which may be forbidden; a server that is still loading says so to every command.
  enableReadyCheck: false,
  disableClientInfo: true,
  autoResubscribe: false,
  autoResendUnfulfilledCommands: false,
  connectTimeout: 2_000,
  retryStrategy: (times: number) => Math.min(LONGEST_PAUSE_MS, 50 * 2 ** Math.min(times, 10)),
})

const open = (to: string | Connect, settings: Settings): Redis =>
  typeof to === 'string' ? new Redis(to, { ...settings, ...socketsTo(to) }) : to(settings)

/**
 * A client that never sends a command twice: nothing is queued while it is not connected, what was sent when the
 * connection broke fails, and it reconnects for ever. A command that its caller gave up on stays in line, so that one
 * sent after it on this client is carried out after it.
 */
export function openRedis(to: string | Connect, name: string): Redis {
  const client = open(to, {
    ...options(name),
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    socketTimeout: SILENT_MS,
  })
  client.on('error', () => {})
  // Every command that is asked for before the first connection waits for it on its own.
  client.setMaxListeners(0)
  return client
}

/**
 * A client that listens to one channel, and subscribes again whenever it is connected again; what is said in between is
 * lost. It subscribes by itself, since nobody could catch what the library's own resubscribing throws when it is closed.
 */
export function openRedisListener(to: string | Connect, name: string, channel: string): Redis {
  const client = open(to, {
    ...options(name),
    enableOfflineQueue: true,
    maxRetriesPerRequest: null,
  })
  client.on('error', () => {})
  client.on('ready', () => void client.subscribe(channel).catch(() => {}))
  return client
}

/** Behind Sentinels a client that finds nobody goes on looking, and never closes. */
const SETTLING = ['ready', 'close', 'error'] as const

/** Whether commands can be sent, waiting at most `withinMs` for a connection that is being made for the first time. */
export async function isReady(client: Redis, withinMs: number): Promise<boolean> {
  if (client.status === 'connecting' || client.status === 'connect') {
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer)
        for (const event of SETTLING) client.off(event, done)
        resolve()
      }
      const timer = setTimeout(done, withinMs)
      for (const event of SETTLING) client.once(event, done)
    })
  }
  return client.status === 'ready'
}

/** Ends a client without waiting for a server that may never answer. */
export function closeRedis(client: Redis): void {
  client.disconnect()
}
