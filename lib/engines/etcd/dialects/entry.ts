import type { SeenHolder, SeenWaiter } from '../../../fleet/sighting.ts'

/** One key, as it was read. 64-bit numbers are decimal strings. */
export interface Entry {
  key: Buffer
  value: Buffer
  /** False when the value is too big to be read, or was not worth it: then it is empty. */
  isRead: boolean
  createRevision: string
  modRevision: string
  /** `0` for a key that ends with no lease. */
  lease: string
}

/** An entry as a dialect understands it: whoever is first in the queue holds, the others wait. */
export interface Claim {
  entry: Entry
  token: string | Buffer
  label: string
  identity: SeenWaiter['identity']
  /** When it was written, epoch ms; null when nothing tells. */
  askedAt: number | null
  ttlMs: SeenHolder['ttlMs']
  /** How many of the queue may hold at once. */
  permits: number
}

export const isLeased = ({ lease }: Entry): boolean => lease !== '0'

/** As etcdctl shows it, and as the Go client writes it into keys. */
export function leaseHex(lease: string): string {
  if (lease !== latest.lease) latest = { lease, hex: BigInt.asUintN(64, BigInt(lease)).toString(16) }
  return latest.hex
}

/** The same one is asked for several times in a row. */
let latest = { lease: '0', hex: '0' }
