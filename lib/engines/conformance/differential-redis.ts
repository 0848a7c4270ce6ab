import type { Redis } from 'ioredis'
import type { Message } from '../../core/node.ts'
import { until } from '../../rig/until.ts'
import { bootstrapRedisNode, type RedisNode } from '../redis/driver.ts'
import type { Engine, Stored } from './differential-play.ts'
import { OWNERS } from './differential-steps.ts'

/*
 * What stands in a Redis, by raw commands: the layout is written down here once more, so that a change of it can't change
 * both sides of the comparison.
 */
const PROCESSES = OWNERS.map(({ process }) => process)
const END = 'no name of a lock'
const ENDED = 1
const MOST_SLOTS = 3
const INDEX_SLACK_MS = 1_000

const lockOf = (name: string): string => `lk:{${name}}`

/** What is heard on the wake channels of a server through one node, run by run. */
export interface Ears {
  clear(): void
  heard(): Promise<Record<string, Message[]>>
}

export async function listenTo(node: RedisNode, raw: Redis): Promise<Ears> {
  let messages: Record<string, Message[]> = {}
  let ended = () => {}
  const clear = () => {
    messages = Object.fromEntries(PROCESSES.map((process) => [process, []]))
  }
  clear()
  for (const process of PROCESSES)
    await node.listen(process, (message) => {
      messages[process]?.push(message)
      if (PROCESSES.every((one) => messages[one]?.at(-1)?.name === END)) ended()
    })
  return {
    clear,
    async heard() {
      const allHeard = new Promise<void>((resolve) => {
        ended = resolve
      })
      for (const process of PROCESSES)
        await raw.publish(`lk:wake:${process}`, `wake ${'0'.repeat(16)} ${END}`)
      await allHeard
      return Object.fromEntries(PROCESSES.map((process) => [process, messages[process]?.slice(0, -1) ?? []]))
    },
  }
}

/** A node on a server that was emptied. */
export async function redisEngine(node: RedisNode, raw: Redis, ears: Ears): Promise<Engine> {
  await raw.flushall()
  ears.clear()
  const rewrite = async (key: string, field: string) => {
    const json = await raw.hget(key, field).catch(() => null)
    if (json) await raw.hset(key, field, JSON.stringify({ ...JSON.parse(json), until: ENDED }))
  }
  return {
    node,
    async endHold(name, token) {
      const lock = lockOf(name)
      const slots = Array.from({ length: MOST_SLOTS }, (_, slot) => `${lock}:slot:${slot}`)
      for (const key of [lock, ...slots]) {
        const value = await raw.get(key).catch(() => null)
        if (value?.startsWith(token)) await raw.del(key)
        // What marks a voter's slots ends with the last of them.
        if (value && key !== lock && (await raw.exists(...slots)) === 0) await raw.del(lock)
      }
      await rewrite(lock, token)
      await raw.hdel(`${lock}:notice`, token)
    },
    endWait: (name, ticket) => rewrite(`${lockOf(name)}:waiters`, ticket),
    endGate: (name, gate) => rewrite(`${lockOf(name)}:gate`, gate),
    endQuarantine: async () => void (await raw.del('lk:quarantine')),
    loseMemory: async () => void (await raw.flushall()),
    bootstrap: () => bootstrapRedisNode(raw),
    look: (name) => look(raw, name),
    heard: () => ears.heard(),
  }
}

/** Whoever reads the index must find every name of which there is something. */
async function look(raw: Redis, name: string): Promise<Stored> {
  const stored = await lookAt(raw, name)
  const left = [stored.freeze, stored.holdBack, ...stored.holds, ...stored.waiters]
  const longest = Math.max(0, ...left.map((one) => one?.leftMs ?? 0))
  await until(
    `"${name}" in the index for as long as something of it is left`,
    async () => {
      const known = Number((await raw.zscore('lk:index', name)) ?? 0)
      return longest === 0 || known >= Date.now() + longest - INDEX_SLACK_MS
    },
    5_000,
  )
  return stored
}

async function lookAt(raw: Redis, name: string): Promise<Stored> {
  const now = Date.now()
  const gate = await raw.hgetall(`${lockOf(name)}:gate`)
  const [freeze, holdBack] = [gate.freeze, gate['hold-back']].map((json) => lasting(json, now))
  return {
    holds: [
      ...(await holdOf(raw, name, null)),
      ...(await sharedHolds(raw, name, now)),
      ...(await holdOf(raw, name, 0)),
      ...(await holdOf(raw, name, 1)),
      ...(await holdOf(raw, name, 2)),
    ],
    waiters: await waitersOf(raw, name, now),
    freeze: freeze ? { by: freeze.by, message: freeze.message, leftMs: freeze.leftMs } : null,
    holdBack: holdBack ? { leftMs: holdBack.leftMs } : null,
  }
}

/** A record with `until`, if that is still to come. */
function lasting(json: string | undefined, now: number) {
  const { until, ...record } = JSON.parse(json ?? '{"until":0}')
  return until > now ? { ...record, leftMs: until - now } : null
}

/** Of a mutex, or of one slot. */
async function holdOf(raw: Redis, name: string, slot: number | null): Promise<Stored['holds']> {
  const key = slot === null ? lockOf(name) : `${lockOf(name)}:slot:${slot}`
  if ((await raw.type(key)) !== 'string') return []
  const value = (await raw.get(key)) ?? ''
  const token = value.slice(0, 32)
  const { owner, ttl: ttlMs, fence, permits = 1 } = JSON.parse(value.slice(33))
  const leftMs = await raw.pttl(key)
  const notice = await noticeOf(raw, name, token)
  return [{ token, slot, permits, owner, fence, ttlMs, leftMs, notice }]
}

async function sharedHolds(raw: Redis, name: string, now: number): Promise<Stored['holds']> {
  if ((await raw.type(lockOf(name))) !== 'hash') return []
  const { permits, ...records } = await raw.hgetall(lockOf(name))
  const holds: Stored['holds'] = []
  for (const token of Object.keys(records).sort()) {
    const record = lasting(records[token], now)
    if (!record) continue
    const { owner, ttl: ttlMs, leftMs } = record
    const notice = await noticeOf(raw, name, token)
    holds.push({ token, slot: null, permits: Number(permits), owner, fence: null, ttlMs, leftMs, notice })
  }
  return holds
}

async function noticeOf(raw: Redis, name: string, token: string) {
  const json = await raw.hget(`${lockOf(name)}:notice`, token)
  return json ? JSON.parse(json) : null
}

/** Both halves of a queue must tell of the same waiters: who is only in one of them shows as a difference. */
async function waitersOf(raw: Redis, name: string, now: number): Promise<Stored['waiters']> {
  const tickets = await raw.zrange(`${lockOf(name)}:queue`, '0', '-1')
  const records = await raw.hgetall(`${lockOf(name)}:waiters`)
  return [...new Set([...tickets, ...Object.keys(records)])].flatMap((ticket) => {
    const record = lasting(records[ticket], now)
    if (!record) return []
    const { owner, ttl: ttlMs = null, permits = 1, leftMs } = record
    return [{ ticket, owner, ttlMs, permits, leftMs }]
  })
}
