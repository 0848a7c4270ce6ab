import type { Redis } from 'ioredis'
import type { Answer, Ask, LockNode } from '../../core/node.ts'
import { answerOf, readingOf, repliesOf } from './answers.ts'
import {
  attemptCall,
  type Call,
  indexCall,
  leaveCall,
  orderCall,
  type Place,
  queueCall,
  readCall,
  releaseCall,
  renewCall,
} from './calls.ts'
import { type Connect, closeRedis, openRedisListener } from './connect.ts'
import { createIndexWriter } from './index-writer.ts'
import { INDEX_KEY, LONE_KEYS, MARKER_KEY, VOTER_KEYS, wakeChannel } from './layout.ts'
import { type Link, openLink } from './link.ts'
import { messageFrom } from './messages.ts'
import { countReplicas } from './replicas.ts'
import { readRunId } from './run-id.ts'
import type { SCRIPTS } from './scripts.ts'
import { CommandFailed, isForbidden, messageOf } from './trouble.ts'

export interface RedisNodeOptions {
  id: string
  url: string | Connect
  /** For a voter of a quorum: how long it grants nothing after it lost its memory (its backend's maxTtlMs). */
  quarantineMs?: number | null
  /** Shown by CLIENT LIST. */
  connectionName?: string
  /** How long a mutex is held before the node's index is told of it. Default 100. */
  indexAfterMs?: number
  /** What it keeps for itself when it is asked for this name and others in the same slot; on a cluster that is less. */
  ownKeys?: (name: string) => readonly string[]
}

export interface RedisNode extends LockNode {
  close(): Promise<void>
}

/** One Redis server, or primary, as a node. Connects in the background; commands meanwhile are `unknown`, not sent. */
export function createRedisNode(options: RedisNodeOptions): RedisNode {
  const { id, url, quarantineMs = null, connectionName = 'lockkeeper', indexAfterMs = 100 } = options
  const alone = quarantineMs === null
  const nodeKeys = alone ? LONE_KEYS : VOTER_KEYS
  const { ownKeys = () => nodeKeys } = options
  const hasIndex = ownKeys('').includes(INDEX_KEY)
  const open = (purpose: string) => openLink({ url, name: `${connectionName}${purpose}`, asksRunId: !alone })
  const link = open('')
  let waiting: Link | null = null
  const listeners = new Set<Redis>()
  const place = ([first]: readonly { name: string }[], { runId }: Link = link): Place => ({
    own: ownKeys(first?.name ?? ''),
    quarantineMs,
    runId,
  })

  const index = createIndexWriter(indexAfterMs, (some) => {
    link.run('index', indexCall(some, place(some))).catch(() => {})
  })
  const noteGrant = (ask: Ask, { outcome }: Answer) => {
    if (hasIndex && outcome === 'granted' && ask.permits === 1) index.held(ask)
  }

  const attemptOver = (over: Link, asks: readonly Ask[]): Promise<Answer[]> => {
    const startedAt = performance.now()
    const known = over.known()
    return known ? known.then(() => attemptKnown(over, asks, startedAt)) : attemptKnown(over, asks, startedAt)
  }
  const attemptKnown = (over: Link, asks: readonly Ask[], startedAt: number): Promise<Answer[]> => {
    const { clock } = over
    clock.keep(startedAt)
    const started = clock.at(startedAt)
    let within = Number.POSITIVE_INFINITY
    for (const { withinMs } of asks) if (withinMs < within) within = withinMs
    const callFor = (some: readonly Ask[]) => attemptCall(some, place(some, over), started)
    return carry(over, 'attempt', asks, callFor, startedAt + within, noteGrant)
  }
  const attemptCounted = async (asks: readonly Ask[]): Promise<Answer[]> => {
    waiting ??= open(':replicas')
    const until = performance.now() + Math.min(...asks.map(({ withinMs }) => withinMs))
    return countReplicas(waiting, asks, await attemptOver(waiting, asks), until)
  }
  const attemptMixed = async (asks: readonly Ask[]): Promise<Answer[]> => {
    const [counted, rest] = [asks.filter(counts), asks.filter((ask) => !counts(ask))]
    const answered = await Promise.all([
      attemptCounted(counted),
      rest.length > 0 ? attemptOver(link, rest) : [],
    ])
    const [fromCounted, fromRest] = answered.map((answers) => answers.values())
    return asks.map((ask) => (counts(ask) ? fromCounted : fromRest)?.next().value as Answer)
  }

  return {
    id,
    capabilities: {
      fences: true,
      fifo: true,
      handsOver: alone,
      countsReplicas: true,
      ttlStepMs: 1,
      ttlIsMinimum: false,
      tellsLoss: false,
    },
    attempt: (asks) => (asks.some(counts) ? attemptMixed(asks) : attemptOver(link, asks)),
    renew: (holds) => carry(link, 'renew', holds, (some) => renewCall(some, place(some))),
    release: (holds) => carry(link, 'release', holds, (some) => releaseCall(some, place(some), index.ended)),
    queue: (waits) => carry(link, 'queue', waits, (some) => queueCall(some, place(some))),
    leave: (waits) => carry(link, 'leave', waits, (some) => leaveCall(some, place(some))),
    order: (orders) => carry(link, 'order', orders, (some) => orderCall(some, place(some))),
    async read(names) {
      const call = readCall(names, place(names.map((name) => ({ name }))))
      const replies = repliesOf(await link.run('read', call), names.length)
      return names.map((name, at) => readingOf(replies[at], name))
    },
    async listen(process, onMessage) {
      const channel = wakeChannel(process)
      const listener = openRedisListener(url, `${connectionName}:wake`, channel)
      listeners.add(listener)
      const stop = async () => {
        listeners.delete(listener)
        closeRedis(listener)
      }
      listener.on('message', (_channel, text) => {
        const message = messageFrom(text)
        if (message) onMessage(message)
      })
      try {
        await listener.subscribe(channel)
      } catch (error) {
        await stop()
        throw new CommandFailed(messageOf(error), false)
      }
      return stop
    },
    async close() {
      index.close()
      link.close()
      waiting?.close()
      for (const listener of listeners) closeRedis(listener)
    },
  }
}

const counts = ({ minReplicas }: Ask): boolean => minReplicas > 0

/** Runs one call for all; where a key of one is forbidden, which stops all of them, one for each. */
function carry<T extends { name: string }>(
  link: Link,
  script: keyof typeof SCRIPTS,
  tuples: readonly T[],
  callFor: (tuples: readonly T[]) => Call,
  until?: number,
  note?: (tuple: T, answer: Answer) => void,
): Promise<Answer[]> {
  const onFailure = (error: unknown): Answer[] | Promise<Answer[]> => {
    const failed = error instanceof CommandFailed ? error : new CommandFailed(messageOf(error), true)
    const mayBeOne = tuples.length > 1 && !failed.maybeDone && isForbidden(failed.message)
    if (!mayBeOne) return tuples.map(() => failed.answer)
    const each = tuples.map((tuple) => carry(link, script, [tuple], callFor, until, note))
    return Promise.all(each).then((answers) => answers.flat())
  }
  const onReply = (reply: unknown): Answer[] | Promise<Answer[]> => {
    try {
      const replies = repliesOf(reply, tuples.length)
      return tuples.map((tuple, at) => {
        const answer = answerOf(replies[at], tuple)
        note?.(tuple, answer)
        return answer
      })
    } catch (error) {
      return onFailure(error)
    }
  }
  return link.run(script, callFor(tuples), until).then(onReply, onFailure)
}

/** Says that a new, empty server never held anything, so that it may vote at once. Not for one that restarted. */
export async function bootstrapRedisNode(client: Redis): Promise<void> {
  const runId = await readRunId(client)
  await client.set(MARKER_KEY, `${Date.now()}${runId ? ` ${runId}` : ''}`, 'NX')
}
