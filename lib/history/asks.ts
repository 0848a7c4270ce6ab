import type { Recorder } from './recorder.ts'

/** What may be asked of the recorder over its thread's port. */
export const ASKS = [
  ...(['record', 'tidy', 'checkpoint', 'end'] as const),
  ...(['timeline', 'since', 'beforeNewest', 'usual', 'past', 'size'] as const),
] as const
export type AskName = (typeof ASKS)[number]

export type Asked = Pick<Recorder, AskName>

export interface Ask {
  id: number
  ask: AskName
  args: unknown[]
}

export type Answer = { id: number; value: unknown } | { id: number; failed: string }

/** What the thread is told when it begins. */
export interface ThreadData {
  file: string
  limits: { maxAgeMs: number; maxBytes: number }
}
