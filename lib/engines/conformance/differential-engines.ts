import type { Redis } from 'ioredis'
import type { Owner } from '../../core/index.ts'
import { bootstrapMemoryNode, createMemoryNode } from '../memory/driver.ts'
import { memoryStore } from '../memory/store.ts'
import { bootstrapRedisNode, type RedisNode } from '../redis/driver.ts'
import { lockKey, QUARANTINE_KEY, queueKey, TOKEN_LENGTH, waitersKey, wakeChannel } from '../redis/layout.ts'
import { type Engine, OWNERS, QUARANTINE_MS } from './differential-steps.ts'

const PROCESSES = OWNERS.map(({ process }) => process)
const END = 'no name of a lock'
const LONG_AGO = 1

const emptyEars = (): Record<string, string[]> =>
  Object.fromEntries(PROCESSES.map((process) => [process, []]))

let stores = 0

/** A node on a store that nobody used before. */
export async function memoryEngine(votes: boolean): Promise<Engine> {
  stores += 1
  const url = `memory://differential/${stores}`
  const store = memoryStore(url)
  const node = createMemoryNode({ id: 'm', url, quarantineMs: votes ? QUARANTINE_MS : null })
  const woken = emptyEars()
  for (const process of PROCESSES) await node.listen(process, ({ name }) => woken[process]?.push(name))
  return {
    node,
    async loseMemory() {
      store.stop()
      store.start({ empty: true })
    },
    bootstrap: async () => bootstrapMemoryNode(url),
    async endHold(name) {
      const lock = store.locks.get(name)
      if (lock) lock.expiresAt = store.now()
    },
    async endFirstWaits(name, count) {
      const live = (store.queues.get(name) ?? []).filter(({ until }) => until > store.now())
      for (const waiter of live.slice(0, count)) waiter.until = store.now()
    },
    async endQuarantine() {
      store.quarantinedUntil = 0
    },
    async look(name) {
      const now = store.now()
      const lock = store.locks.get(name)
      const hold = lock && lock.expiresAt > now ? lock : null
      const waiters = (store.queues.get(name) ?? []).filter(({ until }) => until > now)
      return {
        hold: hold && {
          token: hold.token,
          owner: hold.owner,
          ttlMs: hold.ttlMs,
          fence: hold.fence,
          leftMs: hold.expiresAt - now,
        },
        waiters: waiters.map(({ ticket, owner, until }) => ({ ticket, owner, leftMs: until - now })),
      }
    },
    woken: async () => woken,
  }
}

/** What is heard on the wake channels of a server through one node, run by run. */
export interface Ears {
  clear(): void
  heard(): Promise<Record<string, string[]>>
}

export async function listenTo(node: RedisNode, raw: Redis): Promise<Ears> {
  let woken = emptyEars()
  let ended = () => {}
  for (const process of PROCESSES)
    await node.listen(process, ({ name }) => {
      woken[process]?.push(name)
      if (PROCESSES.every((one) => woken[one]?.at(-1) === END)) ended()
    })
  return {
    clear() {
      woken = emptyEars()
    },
    async heard() {
      const allHeard = new Promise<void>((resolve) => {
        ended = resolve
      })
      for (const process of PROCESSES) await raw.publish(wakeChannel(process), END)
      await allHeard
      return Object.fromEntries(PROCESSES.map((process) => [process, woken[process]?.slice(0, -1) ?? []]))
    },
  }
}

/** A node on a server that was emptied. */
export async function redisEngine(node: RedisNode, raw: Redis, ears: Ears): Promise<Engine> {
  await raw.flushall()
  ears.clear()
  return {
    node,
    loseMemory: async () => void (await raw.flushall()),
    bootstrap: () => bootstrapRedisNode(raw),
    endHold: async (name) => void (await raw.del(lockKey(name))),
    async endFirstWaits(name, count) {
      const first = (await liveWaiters(raw, name)).slice(0, count)
      for (const { ticket, ...waiter } of first)
        await raw.hset(waitersKey(name), ticket, JSON.stringify({ ...waiter, until: LONG_AGO }))
    },
    endQuarantine: async () => void (await raw.del(QUARANTINE_KEY)),
    async look(name) {
      const value = await raw.get(lockKey(name))
      const leftMs = await raw.pttl(lockKey(name))
      const waiters = await liveWaiters(raw, name)
      return {
        hold: value === null ? null : { ...readHold(value), leftMs },
        waiters: waiters.map(({ ticket, owner, until }) => ({ ticket, owner, leftMs: until - Date.now() })),
      }
    },
    woken: () => ears.heard(),
  }
}

function readHold(value: string) {
  const { owner, ttl, fence } = JSON.parse(value.slice(TOKEN_LENGTH + 1))
  return { token: value.slice(0, TOKEN_LENGTH), owner, ttlMs: ttl, fence }
}

/** Both halves of a queue must tell of the same waiters: who is only in one of them shows as a difference. */
async function liveWaiters(
  raw: Redis,
  name: string,
): Promise<{ ticket: string; owner: Owner; until: number }[]> {
  const tickets = await raw.zrange(queueKey(name), '0', '-1')
  const records = await raw.hgetall(waitersKey(name))
  return [...new Set([...tickets, ...Object.keys(records)])]
    .map((ticket) => ({ ticket, ...JSON.parse(records[ticket] ?? '{}') }))
    .filter(({ until }) => until !== LONG_AGO)
}
