import type { SeenHolder, SeenWaiter } from '../../../fleet/sighting.ts'

/** One key of a queue, as it was read. */
export interface Entry {
  key: Buffer
  value: Buffer
  /** 64-bit numbers as decimal strings. */
  createRevision: string
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
