import type { Vote } from '../core/index.ts'
import type { DemoState } from '../fleet/demo.ts'

type DemoVote = NonNullable<DemoState['clients'][number]['last']>['votes'][number]

const seconds = (ms: number): string => `${Math.ceil(ms / 1_000)} s`

/** One node's answer in words. */
export function voteInWords({ node, outcome, why, holder, remainingMs }: Vote): DemoVote {
  if (outcome === 'granted') return { node, outcome, says: 'granted' }
  if (outcome === 'unknown') return { node, outcome, says: `no answer: ${why}` }
  if (why === 'quarantined') {
    const again = remainingMs === null ? '' : `, votes again in ${seconds(remainingMs)}`
    return { node, outcome, says: `lost its memory${again}` }
  }
  return { node, outcome, says: holder ? `held by ${serviceOf(holder)}` : 'held by somebody else' }
}

/** What came of asking all nodes. */
export function roundInWords(votes: readonly Vote[], needed: number, holder: string | null): string {
  const granted = votes.filter((vote) => vote.outcome === 'granted').length
  const silent = votes.filter((vote) => vote.outcome === 'unknown').map((vote) => vote.node)
  const forgetful = votes.filter((vote) => vote.why === 'quarantined').map((vote) => vote.node)
  if (granted >= needed) return `Granted by ${granted} of ${votes.length} nodes; ${needed} are needed.`
  if (holder) return `Refused: ${serviceOf(holder)} holds it.`
  const reasons = [
    ...(silent.length > 0 ? [`${list(silent)} gave no answer`] : []),
    ...(forgetful.length > 0
      ? [`${list(forgetful)} lost ${forgetful.length > 1 ? 'their' : 'its'} memory`]
      : []),
  ]
  const why = reasons.length > 0 ? `: ${reasons.join(', and ')}` : ''
  return `No quorum: ${granted} of ${votes.length} nodes granted it, ${needed} are needed${why}.`
}

/** Labels are `service@host`. */
const serviceOf = (label: string): string => label.split('@')[0] ?? label

const list = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
