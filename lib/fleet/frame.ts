import { z } from 'zod'
import { demoStateSchema } from './demo.ts'
import { lockRowSchema } from './lock.ts'
import { backendSchema } from './node.ts'
import { overviewSchema } from './overview.ts'

export const MOST_VIEW_ROWS = 5_000

/**
 * What a page looks at: one lock by id, or the locks that a filter matches, and the parts it wants beside them. Of the
 * locks that match the first `rows` in the order of `sort` are told of.
 */
export const viewSchema = z.strictObject({
  q: z.string().optional(),
  id: z.string().optional(),
  sort: z.string().optional(),
  rows: z.number().int().min(1).max(MOST_VIEW_ROWS).optional(),
  overview: z.boolean().optional(),
  nodes: z.boolean().optional(),
  demo: z.boolean().optional(),
  line: z.boolean().optional(),
  /** The version of the last frame that arrived, for whoever was cut off: then it goes on there if that is still known. */
  since: z.string().optional(),
})
export type View = z.infer<typeof viewSchema>

/**
 * One message of the event stream: what changed in a view since the message before. At most five a second, at least one.
 * The first has all that the view asked for, of many locks the first few hundred; the others follow at once.
 */
export const frameSchema = z.object({
  /** Opaque. Where the stream goes on after a cut. */
  version: z.string(),
  now: z.iso.datetime(),
  /** What changed since the last frame is not known any more: all that is shown is told again, in this and the next ones. */
  resync: z.literal(true).optional(),
  /** Present when something in it changed. */
  overview: overviewSchema.optional(),
  backends: z.array(backendSchema).optional(),
  demo: demoStateSchema.optional(),
  locks: z
    .object({
      /** New, other than before, or moved into the view. */
      changed: z.array(lockRowSchema),
      /** Ended, no longer matched, or moved out of the view. */
      gone: z.array(z.string()),
      /** How many match, in the view and behind it. */
      total: z.number().int().nonnegative(),
    })
    .optional(),
})
export type Frame = z.infer<typeof frameSchema>

/** A frame as text: made once for all who get the same. */
export interface SentFrame {
  version: string
  json: string
}
