import type { Clock } from './clock.ts'

/** Names that were found taken or queued for a moment ago: asking all nodes for votes at once would only disturb. */
export interface Contended {
  has(name: string): boolean
  saw(name: string): void
}

const FOR_MS = 1_000
const MOST = 1_000

export function createContended(clock: Clock): Contended {
  const until = new Map<string, number>()
  const forget = () => {
    const now = clock.now()
    for (const [name, end] of until) if (end <= now) until.delete(name)
  }
  return {
    has: (name) => (until.get(name) ?? 0) > clock.now(),
    saw(name) {
      if (until.size >= MOST) forget()
      if (until.size < MOST) until.set(name, clock.now() + FOR_MS)
    },
  }
}
