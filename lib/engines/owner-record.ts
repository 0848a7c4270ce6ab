import { z } from 'zod'
import { ownerLabel } from '../core/index.ts'
import type { Identity } from '../fleet/lock.ts'
import { showName } from '../fleet/names.ts'

/*
 * What our library writes beside every hold and wait, as anybody may have written it: every part may be missing or wrong,
 * and none of it may be long, or mislead whoever reads it.
 */
const text = z
  .string()
  .max(300)
  .transform((raw) => showName(Buffer.from(raw)))
/** Far beyond today, and still a date that everybody can write. */
const time = z.number().min(0).max(1e14)
const LONGEST_TTL_MS = 1e11
const soft = <T extends z.ZodType>(schema: T) => schema.nullable().catch(null)

const ownerSchema = z.object({
  service: text.catch('?'),
  host: soft(text),
  pid: soft(z.number().int()),
  version: soft(text),
  link: soft(text),
  labels: z.record(text, text).catch({}),
  process: soft(text),
})

const recordSchema = z.object({
  fence: soft(z.string().regex(/^\d{1,20}$/)),
  since: soft(time),
  until: soft(time),
  ttl: soft(z.number().positive().max(LONGEST_TTL_MS)),
  owner: ownerSchema.nullable().catch(null),
})

/** Bytes. Longer ones are not looked into. */
export const LONGEST_RECORD = 16_384

export interface OwnerRecord {
  label: string
  identity: Identity | null
  fence: string | null
  /** By the clock of whoever wrote it. */
  since: number | null
  until: number | null
  ttlMs: number | null
}

/** Null when it is not a record of ours at all. */
export function readOwnerRecord(json: Uint8Array): OwnerRecord | null {
  const parsed = recordSchema.safeParse(parse(json))
  if (!parsed.success) return null
  const { owner, fence, since, until, ttl } = parsed.data
  const label = owner
    ? owner.host === null
      ? owner.service
      : ownerLabel({ ...owner, host: owner.host })
    : '?'
  return { label, identity: owner, fence, since, until, ttlMs: ttl }
}

function parse(json: Uint8Array): unknown {
  if (json.length > LONGEST_RECORD) return null
  try {
    return JSON.parse(Buffer.from(json).toString('utf8'))
  } catch {
    return null
  }
}
