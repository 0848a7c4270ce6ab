import type { LockError } from './errors.ts'
import { agreeOn } from './fences.ts'
import type { Hold } from './hold.ts'
import { LiveHold } from './keep.ts'
import type { Means } from './means.ts'
import type { Ask, HoldRef } from './node.ts'
import type { Wish } from './request.ts'
import { askAll, type Round } from './round.ts'
import { type Refused, refusedBy, troubleOf } from './trouble.ts'
import { validUntil } from './validity.ts'
import type { Ballot } from './vote.ts'

export type Asked = Pick<Round, 'sentAt' | 'ballots' | 'complete'>

export type Attempt =
  | { outcome: 'granted'; hold: Hold; asked: Asked }
  | { outcome: 'refused'; refused: Refused; asked: Asked }
  | { outcome: 'trouble'; error: LockError; asked: Asked }

export interface Terms {
  token: string
  /** Which permit of a quorum. */
  slot: number | null
  /** Queue on a lone node. */
  heartbeatMs: number | null
  /** Earlier asks with the same token that may still be carried out. */
  earlier: readonly Ballot[]
}

export const refOf = (
  { name, ttlMs, permits }: Wish,
  token: string,
  slot: number | null,
  means: Means,
): HoldRef => ({
  name,
  token,
  ttlMs,
  permits,
  slot,
  process: means.owner.process,
})

/** Asks every node once. What was not granted in full and in time still has to be taken back by the caller. */
export async function attempt(wish: Wish, terms: Terms, means: Means): Promise<Attempt> {
  const { name, ttlMs, permits, minReplicas } = wish
  const { token, slot, heartbeatMs } = terms
  const { alone, owner } = means
  const withinMs = means.nodeTimeoutMs(ttlMs)
  const proposal = alone ? null : means.fences.propose()
  const ask: Ask = {
    name,
    token,
    ttlMs,
    owner,
    alone,
    withinMs,
    permits,
    slot,
    proposal,
    heartbeatMs,
    minReplicas,
  }
  const round = await askAll(means.lines, 'attempt', ask, withinMs)
  if (round.decision === 'refused')
    return { outcome: 'refused', asked: round, refused: refusedBy(round.ballots) }
  if (round.decision !== 'granted') return trouble(name, round.decision, round)
  const ref = refOf(wish, token, slot, means)
  const { fence, failed } =
    proposal === null ? fenceOf(round.ballots[0]) : await agreedFence(ref, proposal, round, means)
  const asked = aged(round)
  if (validUntil(asked.sentAt, ttlMs) <= means.clock.now()) return trouble(name, 'late', round)
  if (failed) return trouble(name, failed.decision === 'refused' ? 'taken' : 'fence', round, failed)
  return { outcome: 'granted', asked, hold: holdOf(wish, ref, fence, asked, terms.earlier, means) }
}

/** Counted from when the time of what was granted began, if that was before it was asked for. */
function aged(round: Round): Asked {
  let agedMs = 0
  for (const { answer } of round.ballots)
    if (answer?.outcome === 'granted' && answer.agedMs) agedMs = Math.max(agedMs, answer.agedMs)
  return agedMs === 0 ? round : { ...round, sentAt: round.sentAt - agedMs }
}

export function holdOf(
  { autoRenew, renewWhile }: Wish,
  ref: HoldRef,
  fence: string | null,
  { sentAt, ballots, complete }: Asked,
  earlier: readonly Ballot[],
  means: Means,
): Hold {
  return new LiveHold({ ref, fence, sentAt, ballots, earlier, complete, autoRenew, renewWhile }, means)
}

const trouble = (
  name: string,
  kind: Parameters<typeof troubleOf>[1],
  round: Round,
  says: Round = round,
): Attempt => ({
  outcome: 'trouble',
  asked: round,
  error: troubleOf(name, kind, says.ballots),
})

interface Fenced {
  fence: string | null
  /** What should have stored it. */
  failed?: Round
}

const fenceOf = (ballot: Ballot | undefined): Fenced => ({
  fence: ballot?.answer?.outcome === 'granted' ? ballot.answer.fence : null,
})

/** A fence that a majority has stored before anybody is told of it. */
async function agreedFence(ref: HoldRef, proposal: string, round: Round, means: Means): Promise<Fenced> {
  if (ref.permits > 1) return { fence: null }
  const { fence, stored } = agreeOn(proposal, round.ballots)
  means.fences.saw(fence)
  if (stored) return { fence }
  const withinMs = means.nodeTimeoutMs(ref.ttlMs)
  const written = await askAll(means.lines, 'renew', { ...ref, raiseTo: fence }, withinMs)
  return written.decision === 'granted' ? { fence } : { fence, failed: written }
}
