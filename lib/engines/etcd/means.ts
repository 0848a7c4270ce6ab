import type { Cluster } from './connect.ts'
import type { LateEntries } from './late-entries.ts'
import type { ProcessLeases } from './process-leases.ts'
import type { Turns } from './turns.ts'

/** An entry that this process has put, or may have. */
export interface KnownEntry {
  name: string
  permits: number
  /** Who is told about it. */
  process: string
  lease: string
  /** Its create revision; null when it is not known, or that far back in the queue that not all in front are. */
  revision: number | null
  /** etcd has shown it to us. */
  sure: boolean
  /** It was granted: it holds. */
  held: boolean
}

/** What the commands of one node work with. */
export interface Means {
  readonly cluster: Cluster
  readonly leases: ProcessLeases
  readonly late: LateEntries
  readonly turns: Turns
  /** By token. */
  readonly entries: Map<string, KnownEntry>
}

/** How long a call that carries no deadline of its own may take. */
export const CALL_WITHIN_MS = 1_500
