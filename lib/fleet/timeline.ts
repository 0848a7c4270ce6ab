import { z } from 'zod'

const iso = z.iso.datetime()

export const holdSpanSchema = z.object({
  tokenDigest: z.string(),
  label: z.string(),
  fence: z.string().nullable(),
  from: iso,
  /** Null while it lasts. */
  to: iso.nullable(),
  end: z.enum(['open', 'released', 'expired', 'forced', 'ended', 'unknown']),
  tint: z.union([z.literal(0), z.literal(1)]),
  renewals: z.array(iso),
})
export type HoldSpan = z.infer<typeof holdSpanSchema>

export const waitSpanSchema = z.object({
  tokenDigest: z.string(),
  label: z.string(),
  from: iso,
  to: iso.nullable(),
  end: z.enum(['open', 'granted', 'gave-up', 'unknown']),
})
export type WaitSpan = z.infer<typeof waitSpanSchema>

export const markerSchema = z.object({ at: iso, kind: z.string(), says: z.string() })
export type Marker = z.infer<typeof markerSchema>

export const timelineSchema = z.object({
  from: iso,
  to: iso,
  now: iso,
  holds: z.array(holdSpanSchema),
  waits: z.array(waitSpanSchema),
  markers: z.array(markerSchema),
  /** Nobody looked: nothing is known of these. */
  gaps: z.array(z.object({ from: iso, to: iso })),
})
export type Timeline = z.infer<typeof timelineSchema>

/** Several locks over one window, the most contended first unless they were named. */
export const timelinesSchema = z.object({
  from: iso,
  to: iso,
  now: iso,
  items: z.array(
    z.object({ id: z.string(), backend: z.string(), name: z.string(), timeline: timelineSchema }),
  ),
  /** How many match. */
  total: z.number().int().nonnegative(),
})
export type Timelines = z.infer<typeof timelinesSchema>
