import { z } from 'zod'

/** Every state has one name, used by row, badge, timeline, API and docs alike. */
export const lockStateSchema = z.enum(['held', 'waiting', 'free', 'partial', 'split', 'unknown'])
export type LockState = z.infer<typeof lockStateSchema>

export const nodeStateSchema = z.enum(['answers', 'no-answer', 'quarantined', 'unknown'])
export type NodeState = z.infer<typeof nodeStateSchema>
