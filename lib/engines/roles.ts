import type { NodeOutcome } from '../fleet/plan.ts'
import type { KeyId, NodeFacts, Sighting } from '../fleet/sighting.ts'

/** HMAC with the console's own key: what is shown of a token, and what a plan compares. */
export type Digest = (token: Uint8Array | string) => string

/** Operators may pin what a pattern of names is; anything not certain is otherwise left alone. */
export interface Pattern {
  match: string
  dialect: string
}

/** `isEmptied`: the store says that keys were dropped as a whole. */
export type OnLost = (why: string, isEmptied?: boolean) => void

/** A part that gives no answer: since when, and when it said its last word; epoch ms, null = never. */
export interface Silence {
  since: number | null
  readAt: number | null
}

/** Reads what one voter holds. Writes nothing. A failed read throws: it is never an empty answer. */
export interface Observer {
  /** The voter's name: a node of redis or redlock, the whole cluster of etcd. */
  readonly voter: string
  /** Everything that is held or waited for now, page by page. Whoever is not in a completed sweep is gone. */
  sweep(signal: AbortSignal): AsyncIterable<Sighting[]>
  /** These keys now; null = nothing there. */
  reread(keys: readonly KeyId[]): Promise<Map<KeyId, Sighting | null>>
  /** Keys that may have changed. `onLost` when pushes can't be trusted any more: sweep, and watch again. */
  watch(onChange: (keys: KeyId[]) => void, onLost: OnLost): Promise<() => Promise<void>>
  /** Of a key that the voter can't tell of, although it tells of others. A sweep and `reread` leave such keys out. */
  silence?(key: KeyId): Silence | null
  /** `changed` when `silence` may answer otherwise than before. Gives how to stop being told. */
  onSilence?(changed: () => void): () => void
  /** Commands that it has sent to the store since it was opened: what reading costs the fleet. */
  commands?(): number
  /** Rights or commands that it has to do without, in words. */
  lacks?(): readonly string[]
  /** Names that say that they are locks, and are only told as what might be some, in words. */
  setAside?(): readonly string[]
}

/** Asks one server process for its health. Throws when it gives no answer. */
export interface Probe {
  readonly node: string
  facts(): Promise<NodeFacts>
}

/** Guarded writes on one voter: acts only if the token there still has the digest that was seen. */
export interface Operator {
  readonly voter: string
  /** Why locks of this dialect can't be released here, in words; null when they can. */
  refuses(dialect: string): string | null
  release(key: KeyId, dialect: string, tokenDigest: string): Promise<NodeOutcome>
}

export interface EngineNode {
  name: string
  engine: string
  address: string
  /** False for replicas and for the members of a cluster that votes as one. */
  votes: boolean
}

/** One configured backend, opened for the console. */
export interface OpenBackend {
  readonly id: string
  readonly nodes: readonly EngineNode[]
  readonly voters: readonly string[]
  readonly database: number | null
  readonly observers: readonly Observer[]
  readonly probes: readonly Probe[]
  readonly operators: readonly Operator[]
  /** `nodes` and `probes` may become others while it is open: replicas come and go. Gives how to stop being told. */
  onNodes?(changed: () => void): () => void
  close(): Promise<void>
}
