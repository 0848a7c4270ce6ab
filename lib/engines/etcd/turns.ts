import type { Message } from '../../core/node.ts'

interface Place {
  name: string
  token: string
  permits: number
}

interface Waiter {
  name: string
  token: string
  permits: number
  inFront: Set<string>
  closed: boolean
}

/** What is known of one name. `gone` is kept only while somebody is asking: its answer may be older than that. */
interface Known {
  asking: number
  gone: { key: string | null; revision: number }[]
  waiters: Map<string, Waiter>
}

/** How many digits of the token tell who is meant. */
const TICKET_LENGTH = 16

/** The waiters of this process, and who is in front of them: only the one whose turn it is needs to ask again. */
export interface Turns {
  /** Somebody asks and may have to wait. Returns what to call when its answer is in. */
  asking(name: string): () => void
  /** It was refused as of this revision, with these keys in front of it or because of a closed gate. */
  waits(place: Place, inFront: readonly string[], closed: boolean, revision: string): void
  leaves(name: string, token: string): void
  /** An entry is gone since this revision. */
  entryGone(name: string, key: string, revision: string): void
  /** A gate of this name is gone. */
  gateGone(name: string, revision: string): void
}

export function createTurns(tell: (message: Message) => void): Turns {
  const names = new Map<string, Known>()

  const knownOf = (name: string): Known => {
    const known = names.get(name) ?? { asking: 0, gone: [], waiters: new Map() }
    names.set(name, known)
    return known
  }
  const tidy = (name: string, known: Known) => {
    if (known.asking === 0) known.gone.length = 0
    if (known.asking === 0 && known.waiters.size === 0) names.delete(name)
  }
  const wakeIfNext = ({ name, token, inFront, permits, closed }: Waiter) => {
    if (!closed && inFront.size < permits) tell({ kind: 'wake', name, ticket: token.slice(0, TICKET_LENGTH) })
  }
  /** `key` is null for a gate. Whether it was in the way. */
  const takeAway = (waiter: Waiter, key: string | null): boolean => {
    if (key !== null) return waiter.inFront.delete(key)
    const was = waiter.closed
    waiter.closed = false
    return was
  }
  const gone = (name: string, key: string | null, revision: string) => {
    const known = names.get(name)
    if (!known) return
    if (known.asking > 0) known.gone.push({ key, revision: Number(revision) })
    for (const waiter of known.waiters.values()) if (takeAway(waiter, key)) wakeIfNext(waiter)
  }
  return {
    asking(name) {
      const known = knownOf(name)
      known.asking += 1
      return () => {
        known.asking -= 1
        tidy(name, known)
      }
    },
    waits({ name, token, permits }, inFront, closed, revision) {
      const known = knownOf(name)
      const waiter: Waiter = { name, token, permits, inFront: new Set(inFront), closed }
      known.waiters.set(token, waiter)
      const since = Number(revision)
      const missed = known.gone.filter((one) => one.revision > since)
      if (missed.map(({ key }) => takeAway(waiter, key)).some(Boolean)) wakeIfNext(waiter)
    },
    leaves(name, token) {
      const known = names.get(name)
      if (known?.waiters.delete(token)) tidy(name, known)
    },
    entryGone: gone,
    gateGone: (name, revision) => gone(name, null, revision),
  }
}
