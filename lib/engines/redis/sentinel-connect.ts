import { Redis } from 'ioredis'
import type { Connect } from './connect.ts'
import { OVER_TLS_BEHIND_SENTINELS } from './sockets.ts'

/** A primary that moves, and who knows where it is. */
export interface SentinelPlace {
  /** What the Sentinels call the primary. */
  name: string
  /** URLs of Sentinels, with their user and password if they want any. They tell of further ones. */
  nodes: readonly string[]
  /** Of the servers behind them. */
  username?: string | undefined
  password?: string | undefined
  database?: number | undefined
  tls?: boolean | object | undefined
}

const SENTINEL_PORT = 26_379
const ANSWER_WITHIN_MS = 1_000
/** Whoever asks meanwhile is told what is wrong when it was tried again. */
const LONGEST_PAUSE_MS = 200

/** Opens clients of whoever the Sentinels name as the primary; asks them again for every new connection. */
export function connectBehind({ name, nodes, username, password, database, tls }: SentinelPlace): Connect {
  const urls = nodes.map((node) => new URL(node))
  const [first] = urls
  return (settings) =>
    new Redis({
      ...settings,
      name,
      role: 'master',
      sentinels: urls.map(({ hostname, port }) => ({
        host: hostname.replace(/^\[|\]$/g, ''),
        port: Number(port || SENTINEL_PORT),
      })),
      sentinelUsername: decodeURIComponent(first?.username ?? ''),
      sentinelPassword: decodeURIComponent(first?.password ?? ''),
      ...(first?.protocol === 'rediss:' ? { sentinelTLS: {} } : {}),
      sentinelCommandTimeout: ANSWER_WITHIN_MS,
      sentinelRetryStrategy: (times) => Math.min(LONGEST_PAUSE_MS, 25 * 2 ** Math.min(times, 10)),
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(database === undefined ? {} : { db: database }),
      ...(tls
        ? { tls: tls === true ? {} : tls, enableTLSForSentinelMode: true, ...OVER_TLS_BEHIND_SENTINELS }
        : {}),
    })
}
