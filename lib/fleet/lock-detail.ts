import { z } from 'zod'
import { lineSchema, lockSchema } from './lock.ts'
import { usualSchema } from './usual.ts'

/** One lock, read fresh from its store. */
export const lockDetailSchema = z.object({
  lock: lockSchema,
  line: lineSchema,
  /** By its own history; left out while nothing is known of it. */
  usual: usualSchema.optional(),
  now: z.iso.datetime(),
})
export type LockDetail = z.infer<typeof lockDetailSchema>
