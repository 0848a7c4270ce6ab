import { z } from 'zod'

export const eventKindSchema = z.enum([
  'granted',
  'renewed',
  'released',
  'expired',
  /** Its end was not seen: it was there at one reading and not at the next. */
  'ended',
  'waiting',
  'gave-up',
  'forced',
  'node-down',
  'node-up',
  'node-restarted',
  /** The console stopped or began to look (again). */
  'observing',
  'not-observing',
])

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
  /** Waiters after the event, when it changed them and they are known. */
  waiters: z.number().int().nonnegative().nullable(),
})
export type FleetEvent = z.infer<typeof fleetEventSchema>

/** An event as the reducer makes it: not yet numbered by the history. */
export type NewEvent = Omit<FleetEvent, 'seq'>
