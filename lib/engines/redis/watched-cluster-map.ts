import { slotOfBytes } from './hash-slot.ts'
import type { Reader } from './reader.ts'
import { askOne, bytes, list, number } from './replies.ts'

const SLOTS = 16_384

/** Who serves what in a cluster, as one of its servers told it. Addresses are `host:port`. */
export interface ClusterPlan {
  primaries: readonly string[]
  replicas: readonly string[]
  primaryOf(key: Buffer): string | null
  /** Every slot is served. */
  isWhole: boolean
}

export async function readPlan(reader: Reader, askedHost: string): Promise<ClusterPlan> {
  const ranges = list(await askOne(reader, ['CLUSTER', 'SLOTS']))
  const bySlot: string[] = []
  const primaries = new Set<string>()
  const replicas = new Set<string>()
  for (const range of ranges) {
    const [first, last, ...servers] = list(range)
    const [primary, ...others] = servers.map((server) => {
      const [host, port] = list(server)
      // A server that does not know its own host is at the one that was asked.
      return `${bytes(host)?.toString() || askedHost}:${number(port)}`
    })
    if (primary === undefined) continue
    primaries.add(primary)
    for (const other of others) replicas.add(other)
    for (let slot = number(first); slot <= number(last); slot++) bySlot[slot] = primary
  }
  return {
    primaries: [...primaries],
    replicas: [...replicas],
    isWhole: Object.keys(bySlot).length === SLOTS,
    primaryOf: (key) => bySlot[slotOfBytes(key)] ?? null,
  }
}

export const isSamePlan = (one: ClusterPlan, other: ClusterPlan): boolean =>
  isSame(one.primaries, other.primaries) && isSame(one.replicas, other.replicas)

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((address) => other.includes(address))
