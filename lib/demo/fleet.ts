import type { Backend } from '../core/index.ts'
import type { BackendSpec } from '../engines/spec.ts'

/** One server of the quorum, which may be killed and started again. */
export interface DemoServer {
  readonly id: string
  readonly url: string
  readonly address: string
  readonly running: boolean
  kill(): Promise<void>
  /** It keeps nothing: it comes back empty. */
  restart(): Promise<void>
  /** For how long it grants nothing; null when it votes. Throws when it gives no answer. */
  quarantinedMs(): Promise<number | null>
}

export interface OpenedBackend extends Backend {
  close(): Promise<void>
}

export type DemoBackend = 'payments' | 'jobs' | 'infra'

/** The servers of the demo, and connections to them for whoever takes locks there. */
export interface Fleet {
  readonly servers: 'real' | 'memory'
  readonly specs: BackendSpec[]
  readonly voters: readonly DemoServer[]
  /** Where other libraries can take locks too; null when there are no real servers. */
  readonly foreign: { jobs: string; etcd: string } | null
  open(backend: DemoBackend): OpenedBackend
  close(): Promise<void>
}

export const VOTERS = ['r1', 'r2', 'r3', 'r4', 'r5'] as const

/** Short, so that whoever lost its memory votes again within a demonstration. */
export const PAYMENTS_MAX_TTL_MS = 15_000
export const MAX_TTL_MS = 60_000
