import type { DemoClient, DemoState } from '@/lib/fleet/demo.ts'
import { counted } from '../ui/format.ts'
import { lastAct, votesOf } from './words.ts'

export interface Link {
  client: string
  node: string
  /** A vote that stands; a no; asked without an answer; asked just now. */
  is: 'vote' | 'refused' | 'unknown' | 'asking'
}

/** The lines between clients and nodes: what came of the last attempt that failed, and above it the votes that stand. */
export function linksOf(state: DemoState): Link[] {
  const votes = state.clients.flatMap((client) =>
    votesOf(state, client.id).map((node): Link => ({ client: client.id, node: node.id, is: 'vote' })),
  )
  const asking = state.clients
    .filter((client) => client.state === 'asking')
    .flatMap((client) =>
      state.nodes.map((node): Link => ({ client: client.id, node: node.id, is: 'asking' })),
    )
  return [...unanswered(state), ...asking, ...votes]
}

function unanswered(state: DemoState): Link[] {
  const last = lastAct(state)
  if (last?.last?.verb !== 'acquire' || last.state === 'asking') return []
  return last.last.votes.flatMap((vote): Link[] =>
    vote.outcome === 'granted' || (vote.outcome === 'refused' && last.last?.ok === true)
      ? []
      : [{ client: last.id, node: vote.node, is: vote.outcome }],
  )
}

/** What stands at the root of a bundle of lines: votes held, or what came of asking in vain. */
export function bundleWords(state: DemoState, client: DemoClient): { says: string; stands: boolean } | null {
  const held = votesOf(state, client.id).length
  if (held > 0) return { says: `${held} of ${counted(state.nodes.length, 'vote')}`, stands: true }
  if (client.state === 'asking') return { says: 'asking', stands: false }
  if (lastAct(state)?.id !== client.id || client.last?.verb !== 'acquire' || client.last.ok) return null
  const { votes } = client.last
  const count = (outcome: string) => votes.filter((vote) => vote.outcome === outcome).length
  const parts = [
    [count('granted'), 'yes, given back'],
    [count('refused'), 'no'],
    [count('unknown'), 'no answer'],
  ] as const
  const says = parts.filter(([many]) => many > 0).map(([many, word]) => `${many} ${word}`)
  return says.length === 0 ? null : { says: says.join(', '), stands: false }
}

export interface Anchor {
  x: number
  y: number
}

/** A calm curve from the right edge of a client to the left edge of a node. */
export function curve(from: Anchor, to: Anchor): string {
  const bend = (to.x - from.x) * 0.5
  return `M${from.x} ${from.y}C${from.x + bend} ${from.y} ${to.x - bend} ${to.y} ${to.x} ${to.y}`
}
