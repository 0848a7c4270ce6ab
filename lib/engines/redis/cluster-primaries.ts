import { AskingRedis } from './asking-redis.ts'
import type { ClusterMap } from './cluster-map.ts'
import type { Redirect } from './cluster-redirect.ts'
import { createRedisNode, type RedisNode } from './driver.ts'
import { slotOfKey, tagOfSlot } from './hash-slot.ts'
import { lockKey, slotKeys } from './layout.ts'
import { CommandFailed } from './trouble.ts'

const PAUSE_MS = 25

export const slotOf = (name: string): number => slotOfKey(lockKey(name))

/** How to tell what became of something that was asked of a primary. */
export interface Question<T> {
  ask(node: RedisNode): Promise<T>
  redirectIn(said: T): Redirect | null
  /** Why it was certainly not carried out; null = it may have been. */
  undone(said: T): string | null
  /** What to say when it could be asked of nobody. */
  failed(trouble: CommandFailed): T
}

/** The primaries of a cluster, each with a connection, a clock and a driver of its own. */
export interface Primaries {
  /**
   * Asks the primary of a slot, and once more where it says that it did nothing since the slot is elsewhere or on its
   * way; until `until` (by `performance.now()`). What may have been carried out is never asked again.
   */
  onSlot<T>(slot: number, until: number, question: Question<T>): Promise<T>
  close(): Promise<void>
}

export function createPrimaries(map: ClusterMap, connectionName: string): Primaries {
  const nodes = new Map<string, RedisNode>()

  const nodeAt = (address: string, isAsking: boolean): RedisNode => {
    const key = isAsking ? `${address} asking` : address
    const known = nodes.get(key)
    if (known) return known
    const node = createRedisNode({
      id: address,
      url: isAsking
        ? (settings) => new AskingRedis({ ...settings, ...map.settingsAt(address) })
        : map.wayTo(address),
      connectionName,
      ownKeys: (name) => slotKeys(tagOfSlot(slotOf(name))),
    })
    nodes.set(key, node)
    return node
  }

  return {
    async onSlot(slot, until, { ask, redirectIn, undone, failed }) {
      let askedElsewhere: string | null = null
      for (let redirections = 0; ; redirections += 1) {
        const address = askedElsewhere ?? map.primaryOf(slot)
        if (address === null) {
          const trouble = await map.look()
          if (map.primaryOf(slot) === null) {
            if (trouble || performance.now() > until) return failed(trouble ?? NOBODY_SERVES)
            await pause(PAUSE_MS)
          }
          continue
        }
        const said = await ask(nodeAt(address, askedElsewhere !== null))
        const redirect = redirectIn(said)
        askedElsewhere = null
        if (redirect?.to === 'moved') {
          map.moved(slot, completed(redirect.address, address))
          void map.look()
        } else if (redirect?.to === 'ask') {
          askedElsewhere = completed(redirect.address, address)
        } else if (!redirect) {
          const why = undone(said)
          if (why === null) return said
          const nobodyAnswers = await map.look()
          if (map.primaryOf(slot) === address && (nobodyAnswers || isReply(why))) return said
        }
        if (performance.now() > until) return said
        if (redirections > 0 || redirect?.to === 'wait') await pause(PAUSE_MS)
      }
    },
    async close() {
      await Promise.all([...nodes.values()].map((node) => node.close()))
    },
  }
}

const completed = (address: string, asked: string): string =>
  address.startsWith(':') ? asked.slice(0, asked.lastIndexOf(':')) + address : address

/** What a server says begins so. Anything else is trouble on the way to it, which may be over in a moment. */
const isReply = (why: string): boolean => /^[A-Z]{2,} /.test(why)

const NOBODY_SERVES = new CommandFailed('CLUSTERDOWN nobody serves this slot', false)

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
