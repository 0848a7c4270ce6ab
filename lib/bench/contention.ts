import type { ClientRecord } from './crew-messages.ts'
import { fairness, median } from './stats.ts'

/** What a turn of contending clients came to. */
export interface Contention {
  /** From one client to another. */
  handOversPerSecond: number
  handOvers: number
  /** From giving it back to the next grant, the median. */
  gapMs: number
  /** Jain's index over what each client got. */
  fairness: number
  longestWaitMs: number
  /** Clients that never got it. */
  starved: number
  /** The longest time in which nobody was granted it. */
  standstillMs: number
  /** Holds that began before the one before was given back. */
  overlaps: number
  failures: number
}

interface Window {
  startsAt: number
  endsAt: number
}

export function contentionOf(clients: readonly ClientRecord[], { startsAt, endsAt }: Window): Contention {
  const holds = clients
    .flatMap(({ holds: own }, client) =>
      own.map(([askedAt, grantedAt, releasedAt]) => ({ client, askedAt, grantedAt, releasedAt })),
    )
    .sort((one, other) => one.grantedAt - other.grantedAt)
  const pairs = holds.slice(1).map((hold, at) => ({ hold, before: holds[at] ?? hold }))
  const handOvers = pairs.filter(({ hold, before }) => hold.client !== before.client).length
  const grants = [startsAt, ...holds.map(({ grantedAt }) => grantedAt), endsAt]
  const waits = [
    ...holds.map(({ askedAt, grantedAt }) => grantedAt - askedAt),
    ...clients.map(({ waitingSince }) => (waitingSince === null ? 0 : endsAt - waitingSince)),
  ]
  return {
    handOversPerSecond: handOvers / ((endsAt - startsAt) / 1_000),
    handOvers,
    gapMs: median(pairs.map(({ hold, before }) => hold.grantedAt - before.releasedAt)),
    fairness: fairness(clients.map(({ holds: own }) => own.length)),
    longestWaitMs: largest(waits),
    starved: clients.filter(({ holds: own }) => own.length === 0).length,
    standstillMs: largest(grants.slice(1).map((at, before) => at - (grants[before] ?? at))),
    overlaps: pairs.filter(({ hold, before }) => hold.grantedAt < before.releasedAt).length,
    failures: clients.reduce((sum, { failures }) => sum + failures, 0),
  }
}

const largest = (values: readonly number[]): number =>
  values.reduce((most, value) => Math.max(most, value), 0)
