import type { Vote } from '@/lib/fleet/lock.ts'
import { cx } from '../ui/class-names.ts'

export type VoteIs = 'same' | 'other' | 'empty' | 'quarantined' | 'no-answer'

export const voteIs = (vote: Vote): VoteIs =>
  vote.vote === 'holder' ? (vote.same ? 'same' : 'other') : vote.vote

export const VOTE_WORDS: Record<VoteIs, string> = {
  same: 'same holder',
  other: 'other holder',
  empty: 'empty',
  quarantined: 'quarantined',
  'no-answer': 'no answer',
}

export const VOTE_INKS: Record<VoteIs, string> = {
  same: 'text-ink',
  other: 'text-split-ink',
  empty: 'text-ink-3',
  quarantined: 'text-frozen-ink',
  'no-answer': 'text-ink-2',
}

function Shape({ is }: { is: VoteIs }) {
  switch (is) {
    case 'same':
      return <rect width="8" height="11" rx="1" className="fill-held" />
    case 'other':
      return (
        <>
          <path d="M0 1a1 1 0 0 1 1-1h6L0 7.8Z" className="fill-split" />
          <path d="M8 3.2V10a1 1 0 0 1-1 1H1Z" className="fill-split" />
        </>
      )
    case 'quarantined':
      return (
        <>
          <rect width="8" height="4.5" rx="1" className="fill-frozen" />
          <rect y="6.5" width="8" height="4.5" rx="1" className="fill-frozen" />
        </>
      )
    case 'empty':
      return (
        <rect
          x="0.6"
          y="0.6"
          width="6.8"
          height="9.8"
          rx="1"
          className="fill-none stroke-free"
          strokeWidth="1.2"
        />
      )
    case 'no-answer':
      return (
        <>
          <rect x="0.5" y="0.5" width="7" height="10" rx="1" className="fill-hatch-ground stroke-hatch" />
          <path d="M1 6 6 1M1 10 7 4M4 10.4 7.4 7" className="stroke-hatch" />
        </>
      )
  }
}

export function VotePip({ is, className }: { is: VoteIs; className?: string }) {
  return (
    <svg width="8" height="11" viewBox="0 0 8 11" aria-hidden="true" className={cx('shrink-0', className)}>
      <Shape is={is} />
    </svg>
  )
}

const say = (votes: readonly Vote[]): string =>
  votes.map((vote) => `${vote.node.split('/').at(-1)} ${VOTE_WORDS[voteIs(vote)]}`).join(', ')

/** One pip per node, always in the same order, so that a node is always at the same place. */
export function VotePips({ votes }: { votes: readonly Vote[] }) {
  const says = say(votes)
  return (
    <span
      role="img"
      aria-label={`Votes: ${says || 'none'}`}
      title={says}
      className="inline-flex items-center gap-0.75"
    >
      {votes.map((vote) => (
        <VotePip key={vote.node} is={voteIs(vote)} />
      ))}
    </span>
  )
}
