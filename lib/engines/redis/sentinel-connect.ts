import { Redis } from 'ioredis'
import type { Access, Tls } from '../access.ts'
import type { BackendSpec } from '../spec.ts'
import type { Connect } from './connect.ts'
import { reach } from './reach.ts'
import { BEHIND_SENTINELS } from './sockets.ts'

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
  tls?: Tls | undefined
  /** Of those Sentinels whose URL begins with rediss://. */
  sentinelTls?: Tls | undefined
}

type Spec = NonNullable<Extract<BackendSpec, { kind: 'redis' }>['sentinel']>

/** What is said of the servers behind Sentinels themselves goes before what is said of the backend. */
export const placeBehind = (spec: Spec, { username, password, tls }: Access): SentinelPlace => ({
  ...spec,
  username: spec.username ?? username,
  password: spec.password ?? password,
  tls: spec.tls === false ? undefined : (tls ?? (spec.tls ? {} : undefined)),
  sentinelTls: tls,
})

const SENTINEL_PORT = 26_379
const ANSWER_WITHIN_MS = 1_000
/** Whoever asks meanwhile is told what is wrong when it was tried again. */
const LONGEST_PAUSE_MS = 200

/** Opens clients of whoever the Sentinels name as the primary; asks them again for every new connection. */
export function connectBehind(place: SentinelPlace): Connect {
  const { name, nodes, username, password, database, tls, sentinelTls = {} } = place
  const urls = nodes.map((node) => new URL(node))
  const [first] = urls
  return (settings) =>
    new Redis({
      ...settings,
      ...BEHIND_SENTINELS,
      name,
      role: 'master',
      sentinels: urls.map(({ hostname, port }) => ({
        host: hostname.replace(/^\[|\]$/g, ''),
        port: Number(port || SENTINEL_PORT),
      })),
      sentinelUsername: decodeURIComponent(first?.username ?? ''),
      sentinelPassword: decodeURIComponent(first?.password ?? ''),
      ...(first?.protocol === 'rediss:' ? { sentinelTLS: sentinelTls } : {}),
      sentinelCommandTimeout: ANSWER_WITHIN_MS,
      sentinelRetryStrategy: (times) => Math.min(LONGEST_PAUSE_MS, 25 * 2 ** Math.min(times, 10)),
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(database === undefined ? {} : { db: database }),
      ...(tls ? { tls, enableTLSForSentinelMode: true } : {}),
    })
}

/** The way to one of the Sentinels. */
export const reachSentinel = (url: string, { sentinelTls }: SentinelPlace): string | Connect =>
  reach(url, url.startsWith('rediss:') ? { tls: sentinelTls } : {})
