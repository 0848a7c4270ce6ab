import { z } from 'zod'

/** Whether the console can be relied on yet, and what is still missing. */
export const readinessSchema = z.object({
  ready: z.boolean(),
  store: z.enum(['writable', 'not-writable', 'unknown']),
  backends: z.array(z.object({ id: z.string(), state: z.enum(['read', 'not-yet', 'unreachable']) })),
  /** Sentences; none when it is ready. */
  missing: z.array(z.string()),
})
export type Readiness = z.infer<typeof readinessSchema>
