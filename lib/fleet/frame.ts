import { z } from 'zod'
import { demoStateSchema } from './demo.ts'
import { lockRowSchema } from './lock.ts'
import { backendSchema } from './node.ts'
import { overviewSchema } from './overview.ts'

/** What a page looks at: one lock by id, or the locks that a filter matches, and the parts it wants beside them. */
export const viewSchema = z.strictObject({
  q: z.string().optional(),
  id: z.string().optional(),
  overview: z.boolean().optional(),
  nodes: z.boolean().optional(),
  demo: z.boolean().optional(),
  line: z.boolean().optional(),
})
export type View = z.infer<typeof viewSchema>

/**
 * One message of the event stream: what changed in a view since the message before. At most five a second, at least one.
 * The first has all that the view asked for; of very many locks the first few hundred in the usual order. Locks come only
 * to views with `q` or `id`.
 */
export const frameSchema = z.object({
  version: z.string(),
  now: z.iso.datetime(),
  /** Present when something in it changed. */
  overview: overviewSchema.optional(),
  backends: z.array(backendSchema).optional(),
  demo: demoStateSchema.optional(),
  locks: z
    .object({
      changed: z.array(lockRowSchema),
      gone: z.array(z.string()),
      total: z.number().int().nonnegative(),
    })
    .optional(),
})
export type Frame = z.infer<typeof frameSchema>
