import type { Answer, Message, Reading } from '../../core/node.ts'
import type { Access } from '../access.ts'
import { listenOnCluster } from './cluster-listener.ts'
import { createClusterMap } from './cluster-map.ts'
import { createPrimaries, slotOf } from './cluster-primaries.ts'
import { redirectIn, redirectOf, whyUndone } from './cluster-redirect.ts'
import type { RedisNode } from './driver.ts'
import { HeldNames } from './held-names.ts'
import { wakeChannel } from './layout.ts'
import { messageFrom } from './messages.ts'
import { CommandFailed, unknownOf } from './trouble.ts'

export interface RedisClusterOptions {
  id: string
  /** Some of its servers; the others are found through them, and got into as the first one is. */
  urls: readonly string[]
  /** What URLs do not say. */
  access?: Access
  /** Shown by CLIENT LIST. */
  connectionName?: string
}

/** For what has no deadline of its own. */
const WITHIN_MS = 1_000
/** The part of a deadline after which a silent primary has not answered, so that what others said still comes in time. */
const PATIENCE = 0.75

/**
 * A whole Redis Cluster as one node. Every lock is on the primary of its slot, with the fences of that slot. A primary that
 * is silent keeps the answers of others back for a part of their time only.
 */
export function createRedisClusterNode(options: RedisClusterOptions): RedisNode {
  const { id, urls, access = {}, connectionName = 'lockkeeper' } = options
  const held = new HeldNames()
  const listeners = new Set<(message: Message) => void>()
  const stops = new Set<() => Promise<void>>()
  const map = createClusterMap(urls, access, `${connectionName}:map`, () => {
    for (const name of held.now()) for (const tell of listeners) tell({ kind: 'look', name })
  })
  const primaries = createPrimaries(map, connectionName)
  void map.look()

  const answersOn = async <T extends { name: string }>(
    slot: number,
    items: readonly T[],
    withinMs: number,
    ask: (node: RedisNode, items: readonly T[], leftMs: number) => Promise<Answer[]>,
  ): Promise<Answer[]> => {
    const until = performance.now() + withinMs
    const all = (answer: Answer) => items.map(() => answer)
    const asking = primaries.onSlot<Answer[]>(slot, until, {
      ask: (node) => ask(node, items, until - performance.now()),
      redirectIn: redirectOf,
      undone: whyUndone,
      failed: (trouble) => all(trouble.answer),
    })
    let timer: NodeJS.Timeout | undefined
    const silence = new Promise<Answer[]>((resolve) => {
      const why = `no answer of ${map.primaryOf(slot) ?? 'its primary'} within ${Math.round(withinMs)} ms`
      timer = setTimeout(() => resolve(all(unknownOf(why, true))), withinMs)
    })
    return Promise.race([asking, silence]).finally(() => clearTimeout(timer))
  }
  const perSlot = async <T extends { name: string }>(
    items: readonly T[],
    withinMs: (item: T) => number,
    ask: (node: RedisNode, items: readonly T[], leftMs: number) => Promise<Answer[]>,
  ): Promise<Answer[]> => {
    const answers = new Array<Answer>(items.length)
    const groups = [...groupBySlot(items.map(({ name }) => name))]
    await Promise.all(
      groups.map(async ([slot, places]) => {
        const some = places.map((at) => items[at] as T)
        const longest = Math.min(...some.map(withinMs))
        const given = slot === null ? some.map(() => TORN_APART) : await answersOn(slot, some, longest, ask)
        for (const [nth, at] of places.entries()) answers[at] = given[nth] as Answer
      }),
    )
    return answers
  }
  const readOn = (slot: number, names: readonly string[]): Promise<Reading[] | CommandFailed> =>
    primaries.onSlot(slot, performance.now() + WITHIN_MS, {
      ask: (node) => node.read(names).catch((error) => error as CommandFailed),
      redirectIn: (said) => (said instanceof CommandFailed ? redirectIn(said.message) : null),
      undone: (said) => (said instanceof CommandFailed ? said.message : null),
      failed: (trouble) => trouble,
    })

  return {
    id,
    capabilities: {
      fences: true,
      fifo: true,
      handsOver: true,
      countsReplicas: true,
      ttlStepMs: 1,
      ttlIsMinimum: false,
      tellsLoss: false,
    },
    async attempt(asks) {
      const answers = await perSlot(
        asks,
        ({ withinMs }) => withinMs * PATIENCE,
        (node, some, leftMs) => node.attempt(some.map((ask) => ({ ...ask, withinMs: leftMs * PATIENCE }))),
      )
      held.kept(asks, answers)
      return answers
    },
    async renew(holds) {
      const answers = await perSlot(
        holds,
        ({ ttlMs }) => ttlMs / 6,
        (node, some) => node.renew(some),
      )
      held.kept(holds, answers)
      return answers
    },
    release(holds) {
      held.ended(holds)
      return perSlot(
        holds,
        () => WITHIN_MS,
        (node, some) => node.release(some),
      )
    },
    queue: (waits) =>
      perSlot(
        waits,
        () => WITHIN_MS,
        (node, some) => node.queue(some),
      ),
    leave: (waits) =>
      perSlot(
        waits,
        () => WITHIN_MS,
        (node, some) => node.leave(some),
      ),
    order: (orders) =>
      perSlot(
        orders,
        () => WITHIN_MS,
        (node, some) => node.order(some),
      ),
    async read(names) {
      const readings = new Array<Reading>(names.length)
      for (const [slot, places] of groupBySlot(names)) {
        if (slot === null) throw new CommandFailed(TORN_APART.why, false)
        const said = await readOn(
          slot,
          places.map((at) => names[at] as string),
        )
        if (said instanceof CommandFailed) throw said
        for (const [nth, at] of places.entries()) readings[at] = said[nth] as Reading
      }
      return readings
    },
    async listen(process, onMessage) {
      const onText = (text: string) => {
        const message = messageFrom(text)
        if (message) onMessage(message)
      }
      // What is to be looked at is known here, whether or not the servers can be heard.
      listeners.add(onMessage)
      const name = `${connectionName}:wake`
      const silence = await listenOnCluster(map, name, wakeChannel(process), onText).catch((error) => {
        listeners.delete(onMessage)
        throw error
      })
      const stop = async () => {
        stops.delete(stop)
        listeners.delete(onMessage)
        await silence()
      }
      stops.add(stop)
      return stop
    },
    async close() {
      map.close()
      await Promise.all([primaries.close(), ...[...stops].map((stop) => stop())])
    },
  }
}

/** What belongs to such a name would be in several slots. */
const TORN_APART = {
  outcome: 'unknown',
  why: 'a name that begins with } can not be kept together on a cluster',
  maybeDone: false,
  hint: 'Give the lock a name that begins with another character.',
  unsupported: true,
} as const satisfies Answer

/** The places of the names by their slots; null = in none as a whole. */
function groupBySlot(names: readonly string[]): Map<number | null, number[]> {
  const groups = new Map<number | null, number[]>()
  for (const [at, name] of names.entries()) {
    const slot = name.startsWith('}') ? null : slotOf(name)
    const group = groups.get(slot)
    if (group) group.push(at)
    else groups.set(slot, [at])
  }
  return groups
}
