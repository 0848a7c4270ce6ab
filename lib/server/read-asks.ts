import { z } from 'zod'
import { exportFormatSchema } from '../fleet/export-lock.ts'

/** What may stand in the query of the routes that read many locks at once. */

const q = z.string().max(1_000).default('')
const time = z.iso.datetime().nullable().default(null)

export const exportAsk = z.strictObject({ q, format: exportFormatSchema.default('json') })

export const timelinesAsk = z.strictObject({
  q,
  /** Ids of locks, with commas between them. */
  ids: z
    .string()
    .max(20_000)
    .default('')
    .transform((text) => text.split(',').filter((id) => id !== '')),
  from: time,
  to: time,
  limit: z.coerce.number().int().min(1).max(50).default(20),
})
