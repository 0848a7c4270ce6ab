import { z } from 'zod'
import { lockStateSchema } from './states.ts'

export const eventKindSchema = z.enum([
  'granted',
  'renewed',
  'released',
  'expired',
  /** Its end was not seen: it was there at one reading and not at the next, and may have gone with the store's memory. */
  'ended',
  'waiting',
  'gave-up',
  'forced',
  /** Its state or the count of its waiters is another one, and nothing else tells of it. */
  'state',
  /** So much happened in so little time that what began and ended within it is only counted. */
  'summarised',
  'node-down',
  'node-up',
  'node-restarted',
  /** A database of it was emptied at once: who held a lock there did not give it back. */
  'node-emptied',
  /** The console stopped or began to look (again). */
  'observing',
  'not-observing',
  /** The history could not keep up or could not write: what happened before it is not all there. */
  'not-recorded',
])

const count = z.number().int().nonnegative()

export const fleetEventSchema = z.object({
  /** Grows; decimal, since it may outgrow a double. */
  seq: z.string(),
  at: z.iso.datetime(),
  kind: eventKindSchema,
  backend: z.string().nullable(),
  lock: z.string().nullable(),
  lockName: z.string().nullable(),
  node: z.string().nullable(),
  tokenDigest: z.string().nullable(),
  label: z.string().nullable(),
  fence: z.string().nullable(),
  /** Waiters after the event; null when they are not known. */
  waiters: count.nullable(),
  /** The lock's state after the event. */
  state: lockStateSchema.optional(),
  /** How long the hold or the wait had lasted that ended with this event. */
  lastedMs: z.number().nonnegative().nullable().optional(),
  /** For whoever adds up durations as they come; the history does not keep it. */
  dialect: z.string().optional(),
  /** What a summary counts: events, holds among them from grant to end, and the longest of these. */
  summary: z.object({ events: count, holds: count, longestMs: z.number().nonnegative() }).optional(),
})
export type FleetEvent = z.infer<typeof fleetEventSchema>

/** An event as the reducer makes it: not yet numbered by the history. */
export type NewEvent = Omit<FleetEvent, 'seq'>
