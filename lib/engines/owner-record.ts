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
const LAST_TIME = 1e14
const time = z.number().min(0).max(LAST_TIME)
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
  if (json.length > LONGEST_RECORD) return null
  const bytes = Buffer.isBuffer(json) ? json : Buffer.from(json.buffer, json.byteOffset, json.length)
  const text = bytes.toString('utf8')
  return readKnown(text) ?? readWhole(text)
}

type Person = Pick<OwnerRecord, 'label' | 'identity'>

/*
 * There are many records and few owners, and an owner is most of the work. It stands last in what we write, so that it is
 * known by the text from its beginning to the end. Owners that are the same are one object.
 */
const OWNER = '"owner":'
const MOST_KNOWN = 10_000
const LONGEST_KNOWN = 1_000
const known = new Map<string, Person>()
/** What stands before the owner of nearly every hold, as JSON writes it. */
const USUAL = /^ ?\{"fence":(?:"(\d{1,20})"|null),"since":(0|[1-9]\d{0,14}),"ttl":(0|[1-9]\d{0,14}),$/

/** Null when the owner is not known, or stands anywhere else. */
function readKnown(text: string): OwnerRecord | null {
  const at = text.indexOf(OWNER)
  if (at < 1 || text[at - 1] === '\\') return null
  const person = known.get(text.slice(at + OWNER.length))
  if (!person) return null
  const head = text.slice(0, at)
  const usual = USUAL.exec(head)
  if (usual) return recordOf({ fence: usual[1], since: Number(usual[2]), ttl: Number(usual[3]) }, person)
  const rest = parseText(`${head}${OWNER}null}`)
  return isRecord(rest) ? recordOf(rest, person) : null
}

function readWhole(text: string): OwnerRecord | null {
  const parsed = parseText(text)
  if (!isRecord(parsed)) return null
  const person = personOf(parsed.owner)
  remember(text, person)
  return recordOf(parsed, person)
}

function remember(text: string, person: Person): void {
  const at = text.indexOf(OWNER)
  const tail = text.slice(at + OWNER.length)
  if (at < 1 || tail.length > LONGEST_KNOWN || !tail.endsWith('}')) return
  if (!isRecord(parseText(tail.slice(0, -1)))) return
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(tail, person)
}

function personOf(raw: unknown): Person {
  const identity = ownerSchema.nullable().safeParse(raw).data ?? null
  if (!identity) return { label: '?', identity: null }
  const { host, service } = identity
  return { label: host === null ? service : ownerLabel({ ...identity, host }), identity }
}

const FENCE = /^\d{1,20}$/

function recordOf(
  { fence, since, until, ttl, permits }: Record<string, unknown>,
  person: Person,
): OwnerRecord {
  return {
    label: person.label,
    identity: person.identity,
    fence: typeof fence === 'string' && FENCE.test(fence) ? fence : null,
    since: isWithin(since, 0, LAST_TIME) ? since : null,
    until: isWithin(until, 0, LAST_TIME) ? until : null,
    ttlMs: isWithin(ttl, Number.MIN_VALUE, LONGEST_TTL_MS) ? ttl : null,
    permits: isWithin(permits, 1, MOST_PERMITS) && Number.isInteger(permits) ? permits : null,
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isWithin = (value: unknown, least: number, most: number): value is number =>
  typeof value === 'number' && value >= least && value <= most

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

const parse = (json: Uint8Array): unknown =>
  json.length > LONGEST_RECORD ? null : parseText(Buffer.from(json).toString('utf8'))

function parseText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
