import { LockError } from './errors.ts'
import type { Hold } from './hold.ts'
import { keep } from './keep.ts'
import type { Means } from './means.ts'
import type { Ask, HoldRef } from './node.ts'
import { majorityOf } from './quorum.ts'
import { askAll, type Round } from './round.ts'
import { takeBack } from './take-back.ts'
import { validUntil } from './validity.ts'
import { type Ballot, type Vote, voteOf } from './vote.ts'

export type Attempt =
  | { outcome: 'granted'; hold: Hold; round: Round }
  | { outcome: 'refused'; round: Round; holder: string | null; why: 'held' | 'queued' }
  | { outcome: 'trouble'; round: Round; error: LockError }

interface Terms {
  autoRenew: boolean
  onEnd: (hold: Hold) => void
  wait?: Ask['wait']
  earlier?: readonly Ballot[]
}

/** Asks every node once. What was not granted in full and in time still has to be taken back by the caller. */
export async function attempt(
  ref: HoldRef,
  means: Means,
  { autoRenew, onEnd, wait, earlier = [] }: Terms,
): Promise<Attempt> {
  const withinMs = means.nodeTimeoutMs(ref.ttlMs)
  const alone = means.nodes.length === 1
  const ask: Ask = { ...ref, owner: means.owner, alone, withinMs, ...(wait ? { wait } : {}) }
  const round = await askAll(means.nodes, (node) => node.attempt([ask]), means.clock, withinMs)
  if (round.decision === 'granted') {
    if (validUntil(round.sentAt, ref.ttlMs) <= means.clock.now())
      return { outcome: 'trouble', round, error: troubleOf(ref.name, 'late', round.ballots) }
    const { sentAt, ballots, complete } = round
    const fence = alone ? fenceOf(ballots) : null
    const hold = keep({ ref, fence, sentAt, ballots, earlier, complete, autoRenew }, means, onEnd)
    return { outcome: 'granted', hold, round }
  }
  if (round.decision === 'refused') {
    const votes = round.ballots.map(voteOf)
    const holder = commonHolder(votes)
    return { outcome: 'refused', round, holder, why: votes.some((v) => v.why === 'held') ? 'held' : 'queued' }
  }
  return { outcome: 'trouble', round, error: troubleOf(ref.name, round.decision, round.ballots) }
}

/** Gives back the votes of an attempt that failed. */
export const giveUp = (ref: HoldRef, ballots: readonly Ballot[], means: Means): Promise<void> =>
  takeBack(ref, ballots, { ...means, withinMs: means.nodeTimeoutMs(ref.ttlMs) })

function fenceOf(ballots: readonly Ballot[]): string | null {
  const answer = ballots[0]?.answer
  return answer?.outcome === 'granted' ? answer.fence : null
}

/** Whom most nodes name. */
function commonHolder(votes: readonly Vote[]): string | null {
  const counts = new Map<string, number>()
  for (const { holder } of votes) if (holder) counts.set(holder, (counts.get(holder) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null
}

function troubleOf(
  lock: string,
  kind: 'late' | 'quarantined' | 'no-quorum',
  ballots: readonly Ballot[],
): LockError {
  const votes = ballots.map(voteOf)
  const silent = votes.filter((vote) => vote.outcome === 'unknown')
  const named = silent.map((vote) => `${vote.node} (${vote.why})`).join(', ')
  if (kind === 'quarantined') {
    const quarantined = votes.filter((vote) => vote.why === 'quarantined').map((vote) => vote.node)
    return new LockError(
      'quarantined',
      `${lock}: ${quarantined.join(', ')} lost their memory and do not vote yet.`,
      {
        lock,
        votes,
        hint: 'They vote again when every hold they may have forgotten has ended. A new fleet is bootstrapped once.',
      },
    )
  }
  const of = votes.length
  if (kind === 'late') {
    return new LockError(
      of > 1 ? 'no_quorum' : 'backend_unavailable',
      `${lock}: the grant came too late to be worth anything.`,
      {
        lock,
        votes,
        hint: 'The nodes are slow against this TTL: ask for a longer one.',
      },
    )
  }
  if (of === 1) {
    return new LockError('backend_unavailable', `${lock}: no answer from ${named}.`, { lock, votes })
  }
  const granted = votes.filter((vote) => vote.outcome === 'granted').length
  return new LockError(
    'no_quorum',
    `${lock}: ${granted} of ${of} nodes granted it, ${majorityOf(of)} are needed; no answer from ${named}.`,
    { lock, votes, hint: 'Whether the lock is free can not be known until more nodes answer.' },
  )
}
