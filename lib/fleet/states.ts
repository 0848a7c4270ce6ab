import { z } from 'zod'

/** Every state has one name, used by row, badge, timeline, API and docs alike. */
export const lockStateSchema = z.enum([
  'held',
  'waiting',
  'free',
  /** Nobody holds it, and nobody is granted it for now. */
  'frozen',
  'held-back',
  'partial',
  'split',
  'unknown',
])
export type LockState = z.infer<typeof lockStateSchema>

const FREE: ReadonlySet<LockState> = new Set<LockState>(['free', 'waiting', 'frozen', 'held-back'])

/** Nobody holds it, whoever waits and whatever keeps them from it. */
export const isFree = (state: LockState): boolean => FREE.has(state)

export const nodeStateSchema = z.enum(['answers', 'no-answer', 'quarantined', 'unknown'])
export type NodeState = z.infer<typeof nodeStateSchema>
