import type { VoterSays } from './voter.ts'

/** Who got how many votes, and how many are not known. */
export interface Tally {
  needed: number
  of: number
  /** Gave no answer, or lost its memory and holds nothing: what it would have said is not known. */
  silent: number
  /** Votes per token digest. */
  votes: ReadonlyMap<string, number>
  /** The token with the most votes; ties go to the one that sorts first, so that order of arrival plays no part. */
  leader: string | null
}

export type Standing =
  | { state: 'held'; token: string }
  | { state: 'partial' | 'split' | 'free' | 'unknown'; token: null }

export const quorumOf = (voters: number): number => Math.floor(voters / 2) + 1

export function tally(voters: readonly VoterSays[]): Tally {
  const votes = new Map<string, number>()
  for (const voter of voters) {
    const token = voter.says === 'sighting' ? voter.sighting.holders[0]?.tokenDigest : undefined
    if (token !== undefined) votes.set(token, (votes.get(token) ?? 0) + 1)
  }
  const [leader] = [...votes].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  return {
    needed: quorumOf(voters.length),
    of: voters.length,
    silent: voters.filter(({ says }) => says === 'no-answer' || says === 'quarantined').length,
    votes,
    leader: leader?.[0] ?? null,
  }
}

/** Of voters that all name the same token. */
export const unanimous = (voters: number, token: string): Tally => ({
  needed: quorumOf(voters),
  of: voters,
  silent: 0,
  votes: new Map([[token, voters]]),
  leader: token,
})

/** Could this token have a majority, counting every silent voter for it? */
export const mayHold = ({ votes, silent, needed }: Tally, token: string): boolean =>
  (votes.get(token) ?? 0) + silent >= needed

/** What the votes amount to. Silence is never counted as empty: what it could still hide is `unknown`. */
export function standing(count: Tally): Standing {
  const { votes, needed, silent, leader } = count
  if (leader !== null && (votes.get(leader) ?? 0) >= needed) return { state: 'held', token: leader }
  const hidden = silent >= needed || (leader !== null && mayHold(count, leader))
  if (silent > 0 && hidden) return { state: 'unknown', token: null }
  if (votes.size > 1) return { state: 'split', token: null }
  return { state: votes.size === 1 ? 'partial' : 'free', token: null }
}
