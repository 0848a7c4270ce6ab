import type { Redis } from 'ioredis'
import type { Answer, Ask, HoldRef, LockNode, Reading, WaitRef } from '../../core/node.ts'
import { ownerLabel } from '../../core/owner.ts'
import { closeRedis, isReady, openRedis, openRedisListener } from './connect.ts'
import {
  CLOCK_KEY,
  INDEX_KEY,
  lockKey,
  MARKER_KEY,
  QUARANTINE_KEY,
  queueKey,
  TOKEN_LENGTH,
  waitersKey,
  wakeChannel,
} from './layout.ts'
import { createNodeClock, type NodeClock } from './node-clock.ts'
import { CommandFailed, runScript, SCRIPTS, teachScripts } from './run-script.ts'

export interface RedisNodeOptions {
  id: string
  url: string
  /** For a voter of a quorum: how long it grants nothing after it lost its memory (its backend's maxTtlMs). */
  quarantineMs?: number | null
  /** Shown by CLIENT LIST. */
  connectionName?: string
}

export interface RedisNode extends LockNode {
  close(): Promise<void>
}

const CONNECT_WITHIN_MS = 1_000

/** One Redis server, or primary, as a node. Connects in the background; commands meanwhile are `unknown`, not sent. */
export function createRedisNode(options: RedisNodeOptions): RedisNode {
  const { id, url, quarantineMs = null, connectionName = 'lockkeeper' } = options
  const client = openRedis(url, connectionName)
  const clock = createNodeClock(client)
  const listeners = new Set<Redis>()
  let trouble: string | null = null
  const lastError = () => trouble ?? 'not connected'
  client.on('error', (error) => {
    trouble = connectionTrouble(error)
  })
  client.on('close', () => {
    trouble ??= 'the connection was cut'
  })
  client.on('ready', () => {
    trouble = null
    void teachScripts(client)
    void clock.learn(true)
  })

  const run = async (
    script: keyof typeof SCRIPTS,
    keys: string[],
    args: (string | number)[],
    until = Number.POSITIVE_INFINITY,
  ) => {
    if (!(await isReady(client, CONNECT_WITHIN_MS))) throw new CommandFailed(lastError(), false)
    if (performance.now() > until) throw new CommandFailed('connected too late', false)
    return await runScript(client, SCRIPTS[script], keys, args, until)
  }
  const answers = async (count: number, running: Promise<unknown>): Promise<Answer[]> => {
    const replies = await running.catch((error: unknown) => error)
    return Array.from({ length: count }, (_, at) =>
      Array.isArray(replies) ? answerOf(replies[at]) : unknownOf(replies),
    )
  }

  return {
    id,
    capabilities: {
      fences: quarantineMs === null,
      fifo: true,
      ttlStepMs: 1,
      ttlIsMinimum: false,
      tellsLoss: false,
    },
    async attempt(asks) {
      const startedAt = performance.now()
      const until = startedAt + Math.min(...asks.map((ask) => ask.withinMs))
      await isReady(client, CONNECT_WITHIN_MS)
      if (clock.at(startedAt) === null) await clock.learn(true)
      const keys = asks.flatMap(({ name }) => [lockKey(name), queueKey(name), waitersKey(name)])
      const args = asks.flatMap((ask) => argsOf(ask, clock, startedAt))
      const all = [INDEX_KEY, CLOCK_KEY, MARKER_KEY, QUARANTINE_KEY, ...keys]
      const given = await answers(asks.length, run('attempt', all, [quarantineMs ?? '', ...args], until))
      void clock.learn(given.some((answer) => answer.outcome === 'unknown'))
      return given
    },
    renew(holds: readonly HoldRef[]) {
      const args = holds.flatMap(({ name, token, ttlMs }) => [name, token, ttlMs])
      return answers(holds.length, run('renew', [INDEX_KEY, ...holds.map(({ name }) => lockKey(name))], args))
    },
    release(holds: readonly HoldRef[]) {
      const keys = holds.flatMap(({ name }) => [lockKey(name), queueKey(name), waitersKey(name)])
      return answers(
        holds.length,
        run(
          'release',
          keys,
          holds.flatMap(({ name, token }) => [name, token]),
        ),
      )
    },
    async leave(waits: readonly WaitRef[]) {
      const keys = waits.flatMap(({ name }) => [lockKey(name), queueKey(name), waitersKey(name)])
      await run(
        'leave',
        keys,
        waits.flatMap(({ name, ticket }) => [name, ticket]),
      )
    },
    async read(names) {
      if (!(await isReady(client, CONNECT_WITHIN_MS))) throw new CommandFailed(lastError(), false)
      return await Promise.all(names.map((name) => readOne(client, clock, name)))
    },
    async listen(process, onMessage) {
      const channel = wakeChannel(process)
      const listener = openRedisListener(url, `${connectionName}:wake`, channel)
      listeners.add(listener)
      const stop = async () => {
        listeners.delete(listener)
        closeRedis(listener)
      }
      listener.on('message', (_channel, name) => onMessage({ kind: 'wake', name }))
      try {
        await listener.subscribe(channel)
      } catch (error) {
        await stop()
        throw error
      }
      return stop
    },
    async close() {
      closeRedis(client)
      for (const listener of listeners) closeRedis(listener)
    },
  }
}

/** Says that a new, empty server never held anything, so that it may vote at once. Not for one that restarted. */
export async function bootstrapRedisNode(client: Redis): Promise<void> {
  await client.set(MARKER_KEY, String(Date.now()), 'NX')
}

function argsOf(ask: Ask, clock: NodeClock, startedAt: number): (string | number)[] {
  const { name, token, ttlMs, owner, alone, withinMs, wait } = ask
  const started = clock.at(startedAt)
  const notAfter = started === null ? 0 : Math.ceil(started + withinMs)
  const waiter = [wait?.ticket ?? '', wait?.heartbeatMs ?? 0]
  return [name, token, ttlMs, JSON.stringify(owner), ...waiter, alone ? '1' : '0', notAfter]
}

function answerOf(reply: unknown): Answer {
  const [outcome, second, third, fourth, fifth] = Array.isArray(reply) ? reply.map(String) : []
  switch (outcome) {
    case 'granted':
      return { outcome, fence: second || null }
    case 'refused':
      return {
        outcome,
        why: second === 'held' || second === 'queued' || second === 'quarantined' ? second : 'not-held',
        holder: third ? labelOf(third) : null,
        place: numberOf(fourth),
        remainingMs: numberOf(fifth),
      }
    case 'late':
      return { outcome: 'unknown', why: 'it came too late', maybeDone: false }
    case 'error':
      return { outcome: 'unknown', why: second ?? 'an error', maybeDone: false }
    default:
      return { outcome: 'unknown', why: 'an answer that is not understood', maybeDone: true }
  }
}

/** Node gives some of them no message. */
function connectionTrouble(error: Error): string {
  const code = 'code' in error ? String(error.code) : ''
  if (code === 'ECONNREFUSED') return 'connection refused'
  return error.message || code || error.name
}

function unknownOf(error: unknown): Answer {
  if (error instanceof CommandFailed)
    return { outcome: 'unknown', why: error.message, maybeDone: error.maybeDone }
  return { outcome: 'unknown', why: String(error), maybeDone: true }
}

const numberOf = (text: string | undefined): number | null => (text ? Number(text) : null)

/** Who stands in what is stored behind the token; null when it is not of our making. */
function labelOf(json: string): string | null {
  try {
    const { owner } = JSON.parse(json)
    return typeof owner?.service === 'string' && typeof owner.host === 'string' ? ownerLabel(owner) : null
  } catch {
    return null
  }
}

async function readOne(client: Redis, clock: NodeClock, name: string): Promise<Reading> {
  const [stored, remaining, waiters] = await Promise.all([
    client.get(lockKey(name)),
    client.pttl(lockKey(name)),
    client.hvals(waitersKey(name)),
  ])
  const now = clock.at(performance.now()) ?? Date.now()
  return {
    name,
    held: stored !== null,
    holder: stored === null ? null : labelOf(stored.slice(TOKEN_LENGTH + 1)),
    remainingMs: stored !== null && remaining >= 0 ? remaining : null,
    waiters: waiters.filter((json) => untilOf(json) > now).length,
  }
}

function untilOf(json: string): number {
  try {
    return Number(JSON.parse(json).until) || 0
  } catch {
    return 0
  }
}
