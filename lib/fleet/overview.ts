import { z } from 'zod'
import { lockRowSchema } from './lock.ts'
import { backendSchema } from './node.ts'

const count = z.number().int().nonnegative()

export const overviewSchema = z.object({
  now: z.iso.datetime(),
  counts: z.object({
    held: count,
    /** Waiters that are known of, and how many locks they wait for. */
    waiting: count,
    waitingLocks: count,
    atRisk: count,
    unknown: count,
    all: count,
  }),
  backends: z.array(backendSchema),
  /** Locks with a verdict, the most harm first. */
  troubled: z.array(lockRowSchema),
  /** By waiters now, then by hand-overs seen in the last minutes. */
  contended: z.array(lockRowSchema),
})
export type Overview = z.infer<typeof overviewSchema>
