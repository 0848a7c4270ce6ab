import type { Lock, Vote } from '@/lib/fleet/lock.ts'
import { lockStateSchema, type NodeState } from '@/lib/fleet/states.ts'
import type { VerdictId } from '@/lib/fleet/verdict.ts'

export type LookId =
  | 'held'
  | 'risk'
  | 'waiting'
  | 'free'
  | 'partial'
  | 'split'
  | 'frozen'
  | 'held-back'
  | 'quarantined'
  | 'unknown'
  | 'gone'
  | 'forced'
  | 'answers'

/** A shape of a 16 by 16 glyph: filled, or drawn with a stroke. */
export type Shape =
  | { fill: string }
  | { stroke: string; width: number }
  | { ring: number; width: number }
  | { disc: number }

export interface Look {
  word: string
  glyph: readonly Shape[]
  /** Class of the glyph, and of the word beside it. */
  colour: string
  ink: string
}

const cross: Shape = { stroke: 'm4 4 8 8M12 4l-8 8', width: 1.7 }

/** Every state has one name, one glyph and one colour, and they are here. */
export const LOOKS: Record<LookId, Look> = {
  held: { word: 'held', glyph: [{ disc: 5.5 }], colour: 'text-held', ink: 'text-ink-2' },
  risk: {
    word: 'at risk',
    glyph: [{ fill: 'M8 8V2.5A5.5 5.5 0 1 0 13.5 8Z' }],
    colour: 'text-risk',
    ink: 'text-risk-ink font-medium',
  },
  waiting: {
    word: 'waiting',
    glyph: [{ ring: 4.9, width: 1.4 }, { fill: 'M8 8V3.1A4.9 4.9 0 0 1 12.9 8Z' }],
    colour: 'text-wait',
    ink: 'text-wait-ink',
  },
  free: { word: 'free', glyph: [{ ring: 4.8, width: 1.4 }], colour: 'text-free', ink: 'text-ink-3' },
  partial: {
    word: 'partial',
    glyph: [{ ring: 4.8, width: 1.4 }, { fill: 'M8 3.2A4.8 4.8 0 0 0 8 12.8Z' }],
    colour: 'text-partial',
    ink: 'text-partial-ink font-medium',
  },
  split: {
    word: 'split',
    glyph: [{ fill: 'M6.6 1.8A5.2 5.2 0 0 0 6.6 12.2Z' }, { fill: 'M9.4 3.8A5.2 5.2 0 0 1 9.4 14.2Z' }],
    colour: 'text-split',
    ink: 'text-split-ink font-medium',
  },
  frozen: {
    word: 'frozen',
    glyph: [{ stroke: 'M8 1.9v12.2M2.7 5l10.6 6M13.3 5 2.7 11', width: 1.5 }],
    colour: 'text-frozen',
    ink: 'text-frozen-ink font-medium',
  },
  'held-back': {
    word: 'held back',
    glyph: [{ fill: 'M4.2 3.2h2.6v9.6H4.2Z' }, { fill: 'M9.2 3.2h2.6v9.6H9.2Z' }],
    colour: 'text-frozen',
    ink: 'text-frozen-ink',
  },
  quarantined: {
    word: 'quarantined',
    glyph: [
      { stroke: 'M8 1.9 13.3 5v6L8 14.1 2.7 11V5Z', width: 1.3 },
      { stroke: 'M8 5.2v5.6M5.6 6.6l4.8 2.8M10.4 6.6 5.6 9.4', width: 1.1 },
    ],
    colour: 'text-frozen',
    ink: 'text-frozen-ink font-medium',
  },
  unknown: {
    word: 'unknown',
    glyph: [
      { ring: 5, width: 1.2 },
      { stroke: 'M3.9 9.1 9.1 3.9M5 11.6 11.6 5M6.9 12.7l5.8-5.8', width: 1.2 },
    ],
    colour: 'text-hatch',
    ink: 'text-ink-2 font-medium',
  },
  gone: { word: 'gone', glyph: [cross], colour: 'text-gone', ink: 'text-ink-3' },
  forced: { word: 'forced', glyph: [cross], colour: 'text-split', ink: 'text-split-ink font-medium' },
  answers: { word: 'answers', glyph: [{ disc: 4 }], colour: 'text-ink-3', ink: 'text-ink-2' },
}

export const VERDICTS: Record<VerdictId, { word: string; look: LookId }> = {
  'no-ttl': { word: 'no TTL', look: 'risk' },
  'holder-silent': { word: 'holder silent', look: 'risk' },
  hot: { word: 'hot', look: 'risk' },
  'below-quorum': { word: 'below quorum', look: 'partial' },
  partial: { word: 'partial', look: 'partial' },
  split: { word: 'split', look: 'split' },
  unknown: { word: 'no answer', look: 'unknown' },
  deadlock: { word: 'deadlock', look: 'split' },
  'fence-went-down': { word: 'fence went down', look: 'split' },
  immortal: { word: 'never let go', look: 'risk' },
  overdue: { word: 'overdue', look: 'risk' },
  'dead-waiter': { word: 'dead waiter', look: 'risk' },
  'shared-lease': { word: 'shared lease', look: 'risk' },
  'unsafe-releaser': { word: 'unsafe release', look: 'risk' },
  frozen: { word: 'frozen', look: 'frozen' },
  'held-back': { word: 'held back', look: 'held-back' },
}

export const NODE_LOOKS: Record<NodeState, { word: string; look: LookId }> = {
  answers: { word: 'answers', look: 'answers' },
  'no-answer': { word: 'no answer', look: 'unknown' },
  quarantined: { word: 'quarantined', look: 'quarantined' },
  unknown: { word: 'not asked yet', look: 'unknown' },
}

export interface Said {
  look: LookId
  word: string
}

export const votesFor = (votes: readonly Vote[]): number =>
  votes.filter((vote) => vote.vote === 'holder' && vote.same).length

/** How a lock is shown: by the gravest finding about it, or else by its state. What is only worth a note is no state. */
export function lookOf(lock: Pick<Lock, 'state' | 'verdicts' | 'votes' | 'quorum'>): Said {
  const verdict = lock.verdicts.find(({ severity }) => severity !== 'note')
  const said: Said = verdict ? VERDICTS[verdict.id] : { look: lock.state, word: LOOKS[lock.state].word }
  if (said.look === 'unknown' && !lock.votes.some(({ vote }) => vote === 'no-answer'))
    return { look: 'unknown', word: LOOKS.unknown.word }
  if (said.look !== 'partial' || lock.quorum.of < 2) return said
  return { look: 'partial', word: `${votesFor(lock.votes)} of ${lock.quorum.of} votes` }
}

export const LOCK_STATES = lockStateSchema.options
