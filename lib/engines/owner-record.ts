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
export const MOST_PERMITS = 1_000
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
  permits: soft(z.number().int().positive().max(MOST_PERMITS)),
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
  /** Null where it is not said: then only one may hold. */
  permits: number | null
}

/** Null when it is not a record of ours at all. */
export function readOwnerRecord(json: Uint8Array): OwnerRecord | null {
  const parsed = recordSchema.safeParse(parse(json))
  if (!parsed.success) return null
  const { owner, fence, since, until, ttl, permits } = parsed.data
  const label = owner
    ? owner.host === null
      ? owner.service
      : ownerLabel({ ...owner, host: owner.host })
    : '?'
  return { label, identity: owner, fence, since, until, ttlMs: ttl, permits }
}

/** What is said of a freeze is longer than a name, and cut rather than left out. */
const LONGEST_SAYING = 300
const saying = z.string().transform((raw) => showName(Buffer.from(raw.slice(0, LONGEST_SAYING))))

const gateSchema = z.object({
  until: time,
  by: soft(saying).default(null),
  message: soft(saying).default(null),
})

export type GateRecord = z.infer<typeof gateSchema>

/** What our library writes where it keeps everybody from being granted; null when it is nothing of that kind. */
export const readGateRecord = (json: Uint8Array): GateRecord | null =>
  gateSchema.safeParse(parse(json)).data ?? null

function parse(json: Uint8Array): unknown {
  if (json.length > LONGEST_RECORD) return null
  try {
    return JSON.parse(Buffer.from(json).toString('utf8'))
  } catch {
    return null
  }
}
