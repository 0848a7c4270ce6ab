import type { Redis } from 'ioredis'
import type { Access } from '../access.ts'
import { within } from '../deadline.ts'
import { type Connect, closeRedis, isReady, openRedis, type Settings } from './connect.ts'
import { reach, settingsAt, urlAt } from './reach.ts'
import { SlotMap } from './slot-map.ts'
import { CommandFailed, connectionTrouble, messageOf } from './trouble.ts'

const ANSWER_WITHIN_MS = 1_000
/** Trouble comes in crowds: one look at the cluster serves all of it. */
const LOOK_EVERY_MS = 100
/** A large cluster is not asked as a whole. */
const MOST_ASKED = 6

/** Knows which primary serves which slot, and looks again when that seems to have changed. Addresses are `host:port`. */
export interface ClusterMap {
  primaryOf(slot: number): string | null
  /** The ways to all servers that are known: the primaries, and what was configured. */
  ways(): (string | Connect)[]
  /** The way to an address, with the credentials of the configured ones; and as what a client is given. */
  wayTo(address: string): string | Connect
  settingsAt(address: string): Settings
  moved(slot: number, address: string): void
  /** Asks the cluster, unless that was done just now. What is wrong when nobody could be asked; never rejects. */
  look(): Promise<CommandFailed | null>
  close(): void
}

/** `onChange`: other servers are primaries now than before. */
export function createClusterMap(
  urls: readonly string[],
  access: Access,
  connectionName: string,
  onChange: () => void,
): ClusterMap {
  const slots = new SlotMap()
  const asking = new Set<Redis>()
  let looking: Promise<CommandFailed | null> | null = null
  let lookedAt = Number.NEGATIVE_INFINITY
  let trouble: CommandFailed | null = null

  const urlOf = (address: string): string => urlAt(urls[0] ?? '', address)
  const known = () => [...new Set([...slots.addresses.map(urlOf), ...urls])]
  const askOne = async (url: string): Promise<void> => {
    const client = openRedis(reach(url, access), connectionName)
    asking.add(client)
    try {
      slots.learn(await slotsOf(client), new URL(url).hostname)
    } finally {
      asking.delete(client)
      closeRedis(client)
    }
  }
  const lookNow = async (): Promise<CommandFailed | null> => {
    const before = slots.addresses
    const some = known()
      .sort(() => Math.random() - 0.5)
      .slice(0, MOST_ASKED)
    try {
      await Promise.any(some.map(askOne))
      trouble = null
    } catch (error) {
      trouble = error instanceof AggregateError ? (error.errors[0] as CommandFailed) : null
    }
    for (const client of asking) closeRedis(client)
    lookedAt = performance.now()
    looking = null
    const after = new Set(slots.addresses)
    if (before.length > 0 && !before.every((address) => after.has(address))) onChange()
    return trouble
  }
  return {
    primaryOf: (slot) => slots.primaryOf(slot),
    ways: () => known().map((url) => reach(url, access)),
    wayTo: (address) => reach(urlOf(address), access),
    settingsAt: (address) => settingsAt(urlOf(address), access),
    moved: (slot, address) => slots.move(slot, address),
    look() {
      if (performance.now() - lookedAt < LOOK_EVERY_MS) return Promise.resolve(trouble)
      looking ??= lookNow()
      return looking
    },
    close() {
      for (const client of asking) closeRedis(client)
    },
  }
}

/** Rejects with `CommandFailed`. */
async function slotsOf(client: Redis): Promise<unknown> {
  let trouble: string | null = null
  client.on('error', (error) => {
    trouble = connectionTrouble(error)
  })
  if (!(await isReady(client, ANSWER_WITHIN_MS))) throw new CommandFailed(trouble ?? 'not connected', false)
  try {
    return await within(ANSWER_WITHIN_MS, client.cluster('SLOTS'))
  } catch (error) {
    // Of a connection that was cut, why it was says more.
    throw new CommandFailed(trouble ?? messageOf(error), false)
  }
}
