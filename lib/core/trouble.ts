import { LockError } from './errors.ts'
import type { Refusal } from './node.ts'
import { type Decision, majorityOf } from './quorum.ts'
import { type Ballot, votesOf } from './vote.ts'

/** Errors out of what the nodes said. */

export type Failure = Exclude<Decision, 'granted' | 'refused'> | 'late' | 'fence' | 'taken'

export function troubleOf(lock: string, kind: Failure, ballots: readonly Ballot[]): LockError {
  const votes = votesOf(ballots)
  const hint = hintOf(ballots)
  const say = (code: LockError['code'], says: string, otherwise?: string) =>
    new LockError(code, `${lock}: ${says}`, { lock, votes, ...hinted(hint ?? otherwise) })
  const alone = votes.length === 1
  const unsupported = ballots.find(({ answer }) => answer?.outcome === 'unknown' && answer.unsupported)
  if (unsupported) return say('unsupported', `${unsupported.vote.why} (${unsupported.node.id}).`)
  if (kind === 'quarantined') {
    const quarantined = votes.filter((vote) => vote.why === 'quarantined').map((vote) => vote.node)
    return say(
      'quarantined',
      `${quarantined.join(', ')} lost their memory and do not vote yet.`,
      'They vote again when every hold they may have forgotten has ended. A new fleet is bootstrapped once.',
    )
  }
  if (kind === 'late')
    return say(
      alone ? 'backend_unavailable' : 'no_quorum',
      'the grant came too late to be worth anything.',
      'The nodes are slow against this TTL: ask for a longer one.',
    )
  if (kind === 'taken')
    return say('lost', 'it was taken away in the moment in which it was granted.', 'Ask again.')
  const silent = votes.filter((vote) => vote.outcome === 'unknown')
  const named = silent.map((vote) => `${vote.node} (${vote.why})`).join(', ')
  if (alone) return say('backend_unavailable', `no answer from ${named}.`)
  if (kind === 'fence') return say('no_quorum', `its fence could not be stored; no answer from ${named}.`)
  const granted = votes.filter((vote) => vote.outcome === 'granted').length
  return say(
    'no_quorum',
    `${granted} of ${votes.length} nodes granted it, ${majorityOf(votes.length)} are needed; no answer from ${named}.`,
    'Whether the lock is free can not be known until more nodes answer.',
  )
}

/** What weighs most among the refusals of a round comes first. */
const WEIGHT: readonly Refusal[] = ['permits', 'replicas', 'frozen', 'held-back', 'held', 'queued']

export interface Refused {
  why: Refusal
  /** Whom most nodes name. */
  holder: string | null
  message: string | null
  remainingMs: number | null
}

export function refusedBy(ballots: readonly Ballot[]): Refused {
  const refusals = ballots.flatMap(({ answer }) => (answer?.outcome === 'refused' ? [answer] : []))
  const why = WEIGHT.find((one) => refusals.some((refusal) => refusal.why === one)) ?? 'held'
  const of = refusals.find((refusal) => refusal.why === why)
  return {
    why,
    holder: commonest(refusals.map((refusal) => refusal.holder)),
    message: of?.message ?? null,
    remainingMs: of?.remainingMs ?? null,
  }
}

/** The refusal as an error of `acquire`. */
export function refusalError(
  lock: string,
  waitMs: number,
  refused: Refused,
  ballots: readonly Ballot[],
): LockError {
  const { why, holder, message } = refused
  const details = { lock, votes: votesOf(ballots), holder }
  switch (why) {
    case 'permits':
      return new LockError('invalid', `${lock} is in use with another number of permits.`, {
        ...details,
        hint: 'Everybody who uses a name passes the same permits; a mutex has none. Use another name, or wait until it is free.',
      })
    case 'replicas':
      return new LockError(
        'under_replicated',
        `${lock}: too few replicas have acknowledged it; it was given back.`,
        {
          ...details,
          hint: 'Look at the replicas of this node, or ask for fewer.',
        },
      )
    case 'frozen':
    case 'held-back': {
      const says = why === 'frozen' ? 'is frozen' : 'is held back for a moment'
      return new LockError('frozen', `${lock} ${says}${message ? `: ${message}` : '.'}`, details)
    }
    default: {
      const by = holder ? ` by ${holder}` : ''
      const says = why === 'held' ? `is held${by}` : 'is free, but others wait for it'
      return new LockError('timeout', `${lock} ${says}; not granted within ${waitMs} ms.`, details)
    }
  }
}

const hintOf = (ballots: readonly Ballot[]): string | undefined =>
  ballots.flatMap(({ answer }) => (answer?.outcome === 'unknown' && answer.hint ? [answer.hint] : []))[0]

const hinted = (hint: string | undefined) => (hint === undefined ? {} : { hint })

function commonest(names: readonly (string | null)[]): string | null {
  const counts = new Map<string, number>()
  for (const name of names) if (name) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null
}
