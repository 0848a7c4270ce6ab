import { Redis } from 'ioredis'
import { within } from '../deadline.ts'
import type { Connect } from './connect.ts'
import type { Budget } from './read-budget.ts'
import { ReadFailed } from './read-failed.ts'
import { socketsTo } from './sockets.ts'
import { connectionTrouble } from './trouble.ts'

const LONGEST_PAUSE_MS = 1_000
const CONNECT_WITHIN_MS = 1_000
/** A node that takes longer gives no answer. */
export const READ_WITHIN_MS = 1_000

/** A connection for reading: made in the background, made again for ever, and never sending a command twice. */
export interface Reader {
  readonly client: Redis
  readonly database: number
  /** Commands that the node was asked for so far; a script counts as what it asks for. */
  readonly spent: number
  spend(commands: number): void
  /** Runs when it is connected. Rejects with `ReadFailed`, also when that or the answer takes too long. */
  read<T>(ask: (client: Redis) => Promise<T>): Promise<T>
  close(): void
}

const settings = {
  protocol: 2 as const,
  lazyConnect: true,
  connectTimeout: CONNECT_WITHIN_MS,
  enableReadyCheck: false,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  disableClientInfo: true,
}

const open = (to: string | Connect, more: object): Redis =>
  typeof to === 'string'
    ? new Redis(to, { ...settings, ...more, ...socketsTo(to) })
    : to({ ...settings, ...more })

export function openReader(to: string | Connect, budget?: Budget): Reader {
  const client = open(to, {
    maxRetriesPerRequest: 0,
    retryStrategy: (times: number) => Math.min(LONGEST_PAUSE_MS, 50 * 2 ** Math.min(times, 10)),
  })
  let trouble: string | null = null
  let spent = 0
  client.on('error', (error) => {
    trouble = connectionTrouble(error)
  })
  client.on('ready', () => {
    trouble = null
  })
  client.connect().catch(() => {})
  const failed = (error: unknown) =>
    error instanceof ReadFailed
      ? error
      : new ReadFailed(client.status === 'ready' ? error : (trouble ?? error))
  return {
    client,
    database: client.options.db ?? 0,
    get spent() {
      return spent
    },
    spend(commands) {
      spent += commands
      budget?.spend(commands)
    },
    async read(ask) {
      try {
        if (client.status !== 'ready') await within(READ_WITHIN_MS, ready(client))
        // A link that went silent may be dead without a word: begin a new one.
        return await within(READ_WITHIN_MS, ask(client), () => client.disconnect(true))
      } catch (error) {
        throw failed(error)
      }
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
export function openOnce(to: string | Connect): Redis {
  const client = open(to, { autoResubscribe: false, retryStrategy: () => null })
  client.on('error', () => {})
  return client
}
