import { Redis } from 'ioredis'
import { afterEach, beforeEach } from 'vitest'
import type { Answer, Ask, HoldRef, Message, Renewal, WaitRef } from '../../../core/node.ts'
import { type RedisServer, startRedis } from '../../../rig/redis-server.ts'
import { createRedisNode, type RedisNode, type RedisNodeOptions } from '../driver.ts'

export interface Stage {
  readonly server: RedisServer
  /** A look from outside. */
  readonly raw: Redis
  open(options?: Partial<RedisNodeOptions>): RedisNode
}

/** A server of its own for each test, and whatever was opened on it is closed. */
export function stageOnRedis(args: string[] = []): Stage {
  let server: RedisServer
  let raw: Redis
  const nodes: RedisNode[] = []
  beforeEach(async () => {
    server = await startRedis(args)
    raw = new Redis(server.url)
    raw.on('error', () => {})
  })
  afterEach(async () => {
    server.process.resume()
    await Promise.all(nodes.splice(0).map((node) => node.close()))
    raw.disconnect()
    await server.close()
  })
  return {
    get server() {
      return server
    },
    get raw() {
      return raw
    },
    open(options = {}) {
      const node = createRedisNode({ id: 'r1', url: server.url, ...options })
      nodes.push(node)
      return node
    },
  }
}

let tokens = 0
/** The first 16 digits differ, too: that is what messages tell of a ticket. */
export function newToken(): string {
  tokens += 1
  return tokens.toString(16).padStart(16, '0').padEnd(32, 'f')
}

export const ownerIn = (process: string) => ({ service: 'test', host: 'h', pid: 1, process })

const defaults = {
  ttlMs: 10_000,
  owner: ownerIn('p1'),
  alone: true,
  withinMs: 2_000,
  permits: 1,
  slot: null,
  proposal: null,
  heartbeatMs: null,
  minReplicas: 0,
}

export const ask = (name: string, more: Partial<Ask> = {}): Ask => ({
  name,
  token: newToken(),
  ...defaults,
  ...more,
})

/** An ask for a vote. */
export const vote = (name: string, more: Partial<Ask> = {}): Ask => ask(name, { alone: false, ...more })

/** An ask that queues. */
export const wait = (name: string, process: string, more: Partial<Ask> = {}): Ask =>
  ask(name, { owner: ownerIn(process), heartbeatMs: 20_000, ...more })

/** What an ask would hold. */
export const holdOf = ({ name, token, ttlMs, permits, slot, owner }: Ask): HoldRef => ({
  ...{ name, token, ttlMs, permits, slot },
  process: owner.process,
})

export const renewalOf = (asked: Ask, raiseTo: string | null = null): Renewal => ({
  ...holdOf(asked),
  raiseTo,
})

export const waitRef = (name: string, process: string, more: Partial<WaitRef> = {}): WaitRef => ({
  ...{ name, ticket: newToken(), heartbeatMs: 20_000, owner: ownerIn(process), permits: 1 },
  ...more,
})

export const ticketOf = (asked: Ask): string => asked.token.slice(0, 16)

/** What a process hears, as it comes. */
export async function hear(node: RedisNode, process: string): Promise<Message[]> {
  const heard: Message[] = []
  await node.listen(process, (message) => heard.push(message))
  return heard
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Microseconds of a server. */
export async function microsOf(raw: Redis): Promise<number> {
  const [seconds, micros] = await raw.time()
  return Number(seconds) * 1_000_000 + Number(micros)
}

/** The fence of what was granted. */
export function fenceOf(answer: Answer | undefined): bigint {
  if (answer?.outcome !== 'granted' || answer.fence === null)
    throw new Error(`no fence: ${JSON.stringify(answer)}`)
  return BigInt(answer.fence)
}
