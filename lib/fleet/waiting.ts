import { z } from 'zod'

const count = z.number().int().nonnegative()
const iso = z.iso.datetime()

/** Somebody who holds something that others wait for, or waits himself: a process where that is known, else one hold. */
const partySchema = z.object({
  id: z.string(),
  label: z.string(),
  /** False when nothing but one hold or one wait is known of it, so that two of them may be the same process. */
  identified: z.boolean(),
  /** How many contended locks it holds, and how many it waits for. */
  holds: count,
  waits: count,
  /** How many others can't go on before it lets go, over all steps; null in a fleet too tangled to count that often. */
  downstream: count.nullable(),
})
export type Party = z.infer<typeof partySchema>

const waitSchema = z.object({
  waiter: z.string(),
  holder: z.string(),
  /** The lock's id. */
  lock: z.string(),
  /** Since when it waits, and since when that hold is held. */
  since: iso.nullable(),
  heldSince: iso.nullable(),
})
export type Wait = z.infer<typeof waitSchema>

const cycleSchema = z.object({
  /** Each waits for the next, and the last for the first; of a larger knot, all of its parties. */
  parties: z.array(z.string()),
  /** How many they are in all; of very many only the first are told. */
  size: count,
  /** What they wait for. */
  locks: z.array(z.string()),
  /** When its last wait began; null when one of them is not known. */
  since: iso.nullable(),
  /** Whose loss would cost the least, and why. */
  victim: z.object({ party: z.string(), lock: z.string(), because: z.string() }),
})
export type Cycle = z.infer<typeof cycleSchema>

export const waitsForSchema = z.object({
  parties: z.array(partySchema),
  waits: z.array(waitSchema),
  locks: z.array(
    z.object({ id: z.string(), backend: z.string(), name: z.string(), kind: z.string(), waiters: count }),
  ),
  /** Those that wait for nobody themselves, the most downstream first. */
  heads: z.array(z.string()),
  cycles: z.array(cycleSchema),
  /** What was looked at: locks that somebody is known to wait for, and those of them that nobody holds now. */
  looked: z.object({ contended: count, unheld: count }),
  /** How many of each were left out, so that the answer stays small. */
  leftOut: z.object({ waits: count, heads: count, cycles: count }),
})
export type WaitsFor = z.infer<typeof waitsForSchema>

export const waitsForPageSchema = z.object({
  waitsFor: waitsForSchema,
  /** All locks that are known, and those whose waiters leave no trace. */
  of: z.object({ locks: count, unknownWaiters: count, backends: count }),
  now: iso,
})
export type WaitsForPage = z.infer<typeof waitsForPageSchema>
