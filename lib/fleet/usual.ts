import { z } from 'zod'

export const percentilesSchema = z.object({
  count: z.number().int().positive(),
  p50Ms: z.number().nonnegative(),
  p90Ms: z.number().nonnegative(),
  p99Ms: z.number().nonnegative(),
})
export type Percentiles = z.infer<typeof percentilesSchema>

/** How long a lock is usually held and waited for, by its own history; null where there is none yet. */
export const usualSchema = z.object({
  holds: percentilesSchema.nullable(),
  waits: percentilesSchema.nullable(),
})
export type Usual = z.infer<typeof usualSchema>
