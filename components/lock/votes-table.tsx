'use client'

import { useOnClock } from '@/lib/client/live.tsx'
import type { Lock, Vote } from '@/lib/fleet/lock.ts'
import { leftOf, nodeName } from '../locks/words.ts'
import { VOTE_INKS, VOTE_WORDS, VotePip, voteIs } from '../states/votes.tsx'
import { cx } from '../ui/class-names.ts'
import { duration, latency } from '../ui/format.ts'
import { At, Grown } from '../ui/moment.tsx'
import { Tinted } from '../ui/tinted.tsx'

const HEADS = [
  { head: 'Node', right: false, phone: true },
  { head: 'Vote', right: false, phone: true },
  { head: 'Holder', right: false, phone: true },
  { head: 'TTL left', right: true, phone: true },
  { head: 'Latency', right: true, phone: false },
  { head: 'Age', right: true, phone: false },
] as const

function VoteTtl({ vote, observedAt }: { vote: Vote; observedAt: string }) {
  const says = useOnClock((now) => {
    if (vote.vote === 'holder') return leftOf({ ...vote, ttlMs: null }, observedAt, now).says
    if (vote.vote !== 'quarantined') return '–'
    return duration(vote.remainingMs - (now === null ? 0 : Math.max(0, now - Date.parse(observedAt))))
  })
  const atLeast = vote.vote === 'holder' && vote.remainingIs === 'at-least'
  return (
    <>
      {atLeast ? <span className="text-12 text-ink-3">at least </span> : null}
      {says}
    </>
  )
}

function Rest({ vote, observedAt }: { vote: Vote; observedAt: string }) {
  if (vote.vote === 'no-answer') {
    return (
      <td colSpan={3} className="pl-2">
        <span className="flex items-stretch">
          <span className="hatch h-6.5 min-w-4 flex-1" />
          <span className="flex items-center pr-4 pl-2 whitespace-nowrap text-ink-2 max-md:pr-3">
            unknown
            {vote.since === null ? (
              ''
            ) : (
              <>
                , since <At iso={vote.since} className="pl-1" />
              </>
            )}
          </span>
        </span>
      </td>
    )
  }
  return (
    <>
      <td className="px-2 text-right whitespace-nowrap max-md:pr-3">
        <VoteTtl vote={vote} observedAt={observedAt} />
      </td>
      <td className="px-2 text-right whitespace-nowrap max-md:hidden">
        {vote.latencyMs === null ? '–' : latency(vote.latencyMs)}
      </td>
      <td className="px-2 pr-4 text-right whitespace-nowrap max-md:hidden">
        <Grown ms={vote.ageMs} at={observedAt} />
      </td>
    </>
  )
}

const holderOf = (vote: Vote): string => {
  if (vote.vote === 'holder') return vote.label
  if (vote.vote === 'quarantined') return 'does not vote yet'
  return '–'
}

/** What each node says, in node order: silence is not emptiness. */
export function VotesTable({ lock }: { lock: Lock }) {
  return (
    <table aria-labelledby="votes" className="w-full">
      <thead>
        <tr className="h-7 border-b border-line-2">
          {HEADS.map(({ head, right, phone }, i) => (
            <th
              key={head}
              scope="col"
              className={cx(
                'label px-2',
                i === 0 && 'pl-4 max-md:pl-3',
                i === HEADS.length - 1 && 'pr-4',
                right ? 'text-right' : 'text-left',
                !phone && 'max-md:hidden',
              )}
            >
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {lock.votes.map((vote) => {
          const is = voteIs(vote)
          return (
            <tr key={vote.node} className="h-6.5 border-b border-line">
              <th
                scope="row"
                className="px-2 pl-4 text-left font-mono text-12 font-normal whitespace-nowrap max-md:pl-3"
              >
                {nodeName(vote.node)}
              </th>
              <td className="px-2">
                <Tinted
                  value={is}
                  className={cx(
                    'inline-flex items-center gap-2 font-medium whitespace-nowrap',
                    VOTE_INKS[is],
                  )}
                >
                  <VotePip is={is} />
                  {VOTE_WORDS[is]}
                </Tinted>
              </td>
              <td className="max-w-40 truncate px-2 font-mono text-12 text-ink-2">{holderOf(vote)}</td>
              <Rest vote={vote} observedAt={lock.observedAt} />
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
