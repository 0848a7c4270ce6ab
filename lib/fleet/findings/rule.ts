import type { Finding } from '../finding.ts'
import type { FleetBackend, FleetNode } from '../node.ts'
import type { Summary } from './summary.ts'

/** What is left for a rule to say: where it stands is added by the list. */
export type Found = Omit<Finding, 'id' | 'name' | 'backend'> & { name?: string }

export interface Looked {
  readonly backend: FleetBackend
  /** Those that answered and told what they are. */
  readonly known: readonly FleetNode[]
  /** Those whose word counts for locks. A cluster that agrees within itself has none of its own. */
  readonly voters: readonly FleetNode[]
  /** What its locks look like, taken together. */
  readonly locks: Summary
  readonly now: number
}

/** One way in which the set-up makes locks less safe than somebody may think. Pure: what was read is handed in. */
export interface FindingRule {
  /** W1 to W24. */
  readonly id: string
  readonly name: string
  readonly looksFor: string
  find(looked: Looked): Found[]
  /** What of this backend it could not look at, in a clause; null when it saw all that it needs. */
  misses?(looked: Looked): string | null
}
