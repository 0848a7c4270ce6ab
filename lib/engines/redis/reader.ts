import { Redis } from 'ioredis'
import { within } from '../deadline.ts'

const LONGEST_PAUSE_MS = 1_000
const CONNECT_WITHIN_MS = 1_000
/** A node that takes longer gives no answer. */
export const READ_WITHIN_MS = 1_000

/** A connection for reading: made in the background, made again for ever, and never sending a command twice. */
export interface Reader {
  readonly client: Redis
  readonly database: number
  /** Runs when it is connected, and rejects when that or the answer takes too long. */
  read<T>(ask: (client: Redis) => Promise<T>): Promise<T>
  close(): void
}

export function openReader(url: string): Reader {
  const client = new Redis(url, {
    protocol: 2,
    lazyConnect: true,
    connectTimeout: CONNECT_WITHIN_MS,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    disableClientInfo: true,
    retryStrategy: (times) => Math.min(LONGEST_PAUSE_MS, 50 * 2 ** Math.min(times, 10)),
  })
  client.on('error', () => {})
  client.connect().catch(() => {})
  return {
    client,
    database: client.options.db ?? 0,
    async read(ask) {
      if (client.status !== 'ready') await within(READ_WITHIN_MS, ready(client))
      // A link that went silent may be dead without a word: begin a new one.
      return within(READ_WITHIN_MS, ask(client), () => client.disconnect(true))
    },
    close: () => client.disconnect(),
  }
}

function ready(client: Redis): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error) => {
      client.off('ready', onReady)
      client.off('close', onClose)
      if (error) reject(error)
      else resolve()
    }
    const onReady = () => settle()
    const onClose = () => settle(new Error('the connection was refused or cut'))
    client.once('ready', onReady)
    client.once('close', onClose)
  })
}

/** A connection for one purpose: never made again once it is cut. */
export function openOnce(url: string): Redis {
  const client = new Redis(url, {
    protocol: 2,
    lazyConnect: true,
    connectTimeout: CONNECT_WITHIN_MS,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    disableClientInfo: true,
    retryStrategy: () => null,
  })
  client.on('error', () => {})
  return client
}
