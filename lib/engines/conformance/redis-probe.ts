import { Cluster, type Redis } from 'ioredis'
import { isReady, openRedis } from '../redis/connect.ts'
import { until } from './stage.ts'
import type { Foreign, Probe } from './subject.ts'

/** One server, or a cluster of them that keeps each key once. */
export type RedisStore = Redis | Cluster

export interface RedisProbe extends Probe {
  stores: readonly RedisStore[]
  /** Until all of them can be asked. */
  ready(): Promise<void>
  close(): void
}

const TOKEN_LENGTH = 32
const TOKEN = /^[0-9a-f]{32}$/
/** For how long a trace of a waiter may be left. */
const TRACE_MS = 3_000
const MOST_SLOTS = 8
const DEAD = { process: 'dead', service: 'dead', host: 'h', pid: 1 }
const DEAD_TICKET = 'e'.repeat(TOKEN_LENGTH)

export const redisProbe = (urls: readonly string[]): RedisProbe =>
  probeOf(urls.map((url) => openRedis(url, 'probe')))

/** Looks at Redis stores by the commands that anybody would type. */
export function probeOf(stores: readonly RedisStore[]): RedisProbe {
  const all = async <T>(ask: (store: RedisStore) => Promise<T>): Promise<T[]> => {
    await ready()
    return await Promise.all(stores.map(ask))
  }
  // A cluster's client makes new ones of those who went away.
  const ready = () =>
    until(async () => (await Promise.all(stores.flatMap(serversOf).map(isUp))).every((up) => up))
  return {
    stores,
    ready,
    tokens: async (name) => (await all((store) => tokensIn(store, name))).flat(),
    remainingMs: async (name) => (await all((store) => store.pttl(lockOf(name)))).filter((ms) => ms > 0),
    waiters: async (name) => Math.max(...(await all((store) => countWaiters(store, name)))),
    closed: async (name) => (await all((store) => isClosed(store, name))).filter(Boolean).length,
    left: async (name) => (await all((store) => keysOf(store, name))).flat(),
    async destroy(name) {
      await all(async (store) => {
        for (const key of await keysOf(store, name)) await store.del(key)
      })
    },
    async plant(name, ttlMs) {
      const record = { fence: null, since: Date.now(), ttl: ttlMs, owner: DEAD }
      const value = `${'d'.repeat(TOKEN_LENGTH)} ${JSON.stringify(record)}`
      await all((store) => store.set(lockOf(name), value, 'PX', ttlMs))
    },
    async plantWaiter(name, { ttlMs, livesMs }) {
      await all(async (store) => {
        const since = await timeOf(store)
        const waiter = { since, until: since + livesMs, ttl: ttlMs, permits: 1, owner: DEAD }
        const [queue, waiters] = [`${lockOf(name)}:queue`, `${lockOf(name)}:waiters`]
        await store.zadd(queue, String(since * 1_000), DEAD_TICKET)
        await store.hset(waiters, DEAD_TICKET, JSON.stringify(waiter))
        for (const key of [queue, waiters]) await store.pexpire(key, TRACE_MS)
      })
      return DEAD_TICKET
    },
    async requests() {
      const counts = await Promise.all(stores.flatMap(serversOf).map(countScripts))
      return counts.reduce((sum, count) => sum + count, 0)
    },
    foreign: foreignIn(all),
    close() {
      for (const store of stores) store.disconnect()
    },
  }
}

/** A cluster does not connect to a server before it is asked. */
async function isUp(server: Redis): Promise<boolean> {
  if (server.status === 'wait') server.connect().catch(() => {})
  return isReady(server, 5_000)
}

const lockOf = (name: string): string => `lk:{${name}}`

const serversOf = (store: RedisStore): Redis[] => (store instanceof Cluster ? store.nodes('master') : [store])

async function keysOf(store: RedisStore, name: string): Promise<string[]> {
  const keys = await Promise.all(serversOf(store).map((server) => server.keys('lk:{*')))
  return keys.flat().filter((key) => key === lockOf(name) || key.startsWith(`${lockOf(name)}:`))
}

async function tokensIn(store: RedisStore, name: string): Promise<string[]> {
  const slots = Array.from({ length: MOST_SLOTS }, (_, slot) => `${lockOf(name)}:slot:${slot}`)
  const values = await store.mget(lockOf(name), ...slots)
  const tokens = values.flatMap((value) => (value ? [value.slice(0, TOKEN_LENGTH)] : []))
  if ((await store.type(lockOf(name))) !== 'hash') return tokens
  const now = await timeOf(store)
  const permits = Object.entries(await store.hgetall(lockOf(name)))
  const live = permits.filter(([token, json]) => TOKEN.test(token) && untilOf(json) > now)
  return [...tokens, ...live.map(([token]) => token)]
}

async function countWaiters(store: RedisStore, name: string): Promise<number> {
  const [queued, waiters] = [
    await store.zrange(`${lockOf(name)}:queue`, '0', '-1'),
    await store.hgetall(`${lockOf(name)}:waiters`),
  ]
  const now = await timeOf(store)
  return queued.filter((ticket) => untilOf(waiters[ticket]) > now).length
}

async function isClosed(store: RedisStore, name: string): Promise<boolean> {
  const entries = Object.values(await store.hgetall(`${lockOf(name)}:gate`))
  const now = await timeOf(store)
  return entries.some((entry) => untilOf(entry) > now)
}

const untilOf = (json: string | undefined): number => (json ? JSON.parse(json).until : 0)

/** A cluster's servers are of one machine here. */
async function timeOf(store: RedisStore): Promise<number> {
  const [seconds = 0, us = 0] = (await serversOf(store)[0]?.time()) ?? []
  return Number(seconds) * 1_000 + Math.floor(Number(us) / 1_000)
}

/** Everything that is asked of a lock is asked by a script. */
async function countScripts(server: Redis): Promise<number> {
  const stats = await server.info('commandstats')
  const counts = [...stats.matchAll(/^cmdstat_(?:evalsha|eval|evalsha_ro|eval_ro|fcall):calls=(\d+)/gm)]
  return counts.reduce((sum, [, calls]) => sum + Number(calls), 0)
}

function foreignIn(all: <T>(ask: (store: RedisStore) => Promise<T>) => Promise<T[]>): Foreign[] {
  const made = (
    what: string,
    put: (store: RedisStore, key: string) => Promise<unknown>,
    look: (store: RedisStore, key: string) => Promise<unknown>,
    there: unknown,
  ): Foreign => ({
    what,
    holder: null,
    async put(name) {
      await all((store) => put(store, lockOf(name)))
    },
    isThere: async (name) =>
      (await all((store) => look(store, lockOf(name)))).every(
        (seen) => JSON.stringify(seen) === JSON.stringify(there),
      ),
  })
  const other = '{"token":"8f1c","owner":"another-library"}'
  return [
    made(
      'the lock of another library',
      (store, key) => store.set(key, other, 'PX', 60_000),
      (store, key) => store.get(key),
      other,
    ),
    made(
      'a string without end',
      (store, key) => store.set(key, 'a value'),
      (store, key) => store.get(key),
      'a value',
    ),
    made(
      'an empty string',
      (store, key) => store.set(key, ''),
      (store, key) => store.get(key),
      '',
    ),
    made(
      'a list',
      (store, key) => store.rpush(key, 'a', 'b'),
      (store, key) => store.lrange(key, 0, -1),
      ['a', 'b'],
    ),
    made(
      'a hash',
      (store, key) => store.hset(key, 'field', 'value'),
      (store, key) => store.hgetall(key),
      { field: 'value' },
    ),
    made(
      'a set',
      (store, key) => store.sadd(key, 'member'),
      (store, key) => store.smembers(key),
      ['member'],
    ),
  ]
}
