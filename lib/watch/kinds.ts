import type { Confidence, Identity, Lock, LockKind, RemainingIs, SinceIs } from '../fleet/lock.ts'
import type { LockState } from '../fleet/states.ts'
import type { Severity, Verdict, VerdictId } from '../fleet/verdict.ts'
import type { LockIds } from './lock-ids.ts'

/** What many locks have in common, kept once for all of them. */
export interface Kind {
  readonly ids: LockIds
  readonly dialect: string
  readonly confidence: Confidence
  readonly kind: LockKind
  readonly state: LockState
  /** Of the first holder. */
  readonly sinceIs: SinceIs
  readonly remainingIs: RemainingIs
  readonly waitersKnown: boolean
  readonly verdicts: readonly VerdictId[]
  readonly severity: Severity | null
  /** Verdicts and severities as one word, empty without any. */
  readonly found: string
}

/** All kinds that were met in one backend: there are never many. */
export class Kinds {
  readonly ids: LockIds
  readonly #known = new Map<string, Kind>()

  constructor(ids: LockIds) {
    this.ids = ids
  }

  of({ dialect, confidence, kind, state, holders, waiters }: Lock, verdicts: readonly Verdict[]): Kind {
    const { sinceIs = 'unknown', remainingIs = 'unknown' } = holders[0] ?? {}
    const found = verdicts.length === 0 ? '' : verdicts.map(({ id, severity }) => `${id}:${severity}`).join()
    const key = `${state} ${confidence} ${kind} ${sinceIs} ${remainingIs} ${waiters.known} ${found} ${dialect}`
    const known = this.#known.get(key)
    if (known) return known
    const made: Kind = {
      ids: this.ids,
      ...{ dialect, confidence, kind, state, sinceIs, remainingIs },
      waitersKnown: waiters.known,
      verdicts: verdicts.map(({ id }) => id),
      severity: verdicts[0]?.severity ?? null,
      found,
    }
    this.#known.set(key, made)
    return made
  }
}

/** A label, with the identity behind it where there is one. */
export interface Named {
  readonly label: string
  readonly identity: Identity
}
/** A label that ends in the beginning of the token, as of clients that tell nothing of themselves: all but that is kept. */
interface Nameless {
  readonly before: string
}
export type Who = string | Named | Nameless

const TOLD = 6

export function labelOf(who: Who, token: string | null): string {
  if (typeof who === 'string') return who
  return 'label' in who ? who.label : `${who.before}${token?.slice(0, TOLD)}`
}

export const identityOf = (who: Who): Identity | null =>
  typeof who === 'object' && 'identity' in who ? who.identity : null

const MOST = 10_000

/** One process holds many locks: it is kept once, as long as it is met again and again. */
export class Crew {
  readonly #named = new Met<Named>()
  readonly #labels = new Met<string>()
  readonly #nameless = new Map<string, Nameless>()

  of(label: string, identity: Identity | null, token: string): Who {
    if (identity === null) return this.#nobodyOf(label, token)
    return this.#named.once(`${label}\n${JSON.stringify(identity)}`, { label, identity })
  }

  #nobodyOf(label: string, token: string): Who {
    if (token.length <= TOLD || !label.endsWith(token.slice(0, TOLD))) return this.#labels.once(label, label)
    const before = label.slice(0, -TOLD)
    const known = this.#nameless.get(before)
    if (known || this.#nameless.size >= MOST) return known ?? label
    const made = { before }
    this.#nameless.set(before, made)
    return made
  }
}

/** What was met lately; what is not met again makes room for others. */
class Met<T> {
  #young = new Map<string, T>()
  #old = new Map<string, T>()

  /** The one that was met before, if there is one. */
  once(key: string, made: T): T {
    const known = this.#young.get(key)
    if (known !== undefined) return known
    const met = this.#old.get(key) ?? made
    if (this.#young.size >= MOST) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, met)
    return met
  }
}
