import type { Gate } from './lock.ts'
import type { SeenGate } from './sighting.ts'
import { quorumOf } from './tally.ts'
import type { VoterSays } from './voter.ts'

/** What keeps everybody out now: it is in force as long as a majority has it. */
export function gateInForce(voters: readonly VoterSays[], now: number): Gate | null {
  const gates = voters.flatMap((voter) => (voter.says === 'sighting' ? (voter.sighting.gate ?? []) : []))
  const needed = quorumOf(voters.length)
  const until = ends(gates).sort((a, b) => b - a)[needed - 1]
  if (until === undefined || until <= now) return null
  const freezes = gates
    .flatMap(({ freeze }) => (freeze && freeze.until > now ? [freeze] : []))
    .sort((a, b) => b.until - a.until)
  const [freeze] = freezes.length >= needed ? freezes : []
  return {
    state: freeze ? 'frozen' : 'held-back',
    until: new Date(until).toISOString(),
    by: freeze?.by ?? null,
    message: freeze?.message ?? null,
  }
}

const ends = (gates: readonly SeenGate[]): number[] =>
  gates.map(({ freeze, holdBack }) => Math.max(freeze?.until ?? 0, holdBack?.until ?? 0))
