import { z } from 'zod'
import { lockStateSchema } from './states.ts'
import { verdictSchema } from './verdict.ts'

const iso = z.iso.datetime()
const count = z.number().int().nonnegative()

export const identitySchema = z.object({
  service: z.string(),
  host: z.string().nullable(),
  pid: z.number().int().nullable(),
  version: z.string().nullable(),
  link: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
  /** Tells two runs of one service apart. */
  process: z.string().nullable(),
})
export type Identity = z.infer<typeof identitySchema>

export const lockKindSchema = z.enum(['mutex', 'semaphore', 'read-write', 'election', 'job'])
export type LockKind = z.infer<typeof lockKindSchema>
export const confidenceSchema = z.enum(['certain', 'likely', 'candidate'])
export type Confidence = z.infer<typeof confidenceSchema>
export const remainingIsSchema = z.enum(['exact', 'at-least', 'none', 'unknown'])
export type RemainingIs = z.infer<typeof remainingIsSchema>
export const sinceIsSchema = z.enum(['exact', 'first-seen', 'unknown'])
export type SinceIs = z.infer<typeof sinceIsSchema>

export const holderSchema = z.object({
  /** Which permit of a quorum's semaphore it has; null where permits have no numbers. */
  slot: count.nullable(),
  label: z.string(),
  identity: identitySchema.nullable(),
  tokenDigest: z.string(),
  since: iso.nullable(),
  sinceIs: sinceIsSchema,
  fence: z.string().nullable(),
  ttlMs: z.number().nullable(),
  /** At `observedAt` of the lock. */
  remainingMs: z.number().nullable(),
  remainingIs: remainingIsSchema,
  lastRenewedAt: iso.nullable(),
  renewals: count,
  /** How many other keys end together with this hold, since they hang on the same lease; left out where there are none. */
  sharedLease: count.optional(),
})
export type Holder = z.infer<typeof holderSchema>

export const waiterSchema = z.object({
  label: z.string(),
  identity: identitySchema.nullable(),
  tokenDigest: z.string(),
  since: iso.nullable(),
})
export type Waiter = z.infer<typeof waiterSchema>

export const waitersSchema = z.discriminatedUnion('known', [
  z.object({
    known: z.literal(true),
    count,
    list: z.array(waiterSchema),
    /** Entries of the queue whose clients gave no sign of life in time; they are neither counted nor listed. */
    dead: count.optional(),
  }),
  z.object({ known: z.literal(false) }),
])
export type Waiters = z.infer<typeof waitersSchema>

const voteBase = { node: z.string(), ageMs: z.number(), latencyMs: z.number().nullable() }
/** What one node says. `no-answer` is not `empty`, and nothing is made of it. */
export const voteSchema = z.discriminatedUnion('vote', [
  z.object({
    ...voteBase,
    vote: z.literal('holder'),
    tokenDigest: z.string(),
    label: z.string(),
    /** Whether it names the holder of the lock, or somebody else. */
    same: z.boolean(),
    remainingMs: z.number().nullable(),
    remainingIs: remainingIsSchema,
  }),
  z.object({ ...voteBase, vote: z.literal('empty') }),
  z.object({ ...voteBase, vote: z.literal('quarantined'), remainingMs: z.number() }),
  z.object({ ...voteBase, vote: z.literal('no-answer'), since: iso.nullable() }),
])
export type Vote = z.infer<typeof voteSchema>

/** While it is closed nobody is granted; whoever holds it holds on. */
export const gateSchema = z.object({
  state: z.enum(['frozen', 'held-back']),
  until: iso,
  by: z.string().nullable(),
  message: z.string().nullable(),
})
export type Gate = z.infer<typeof gateSchema>

export const lockSchema = z.object({
  id: z.string(),
  backend: z.string(),
  database: z.number().int().nullable(),
  /** Escaped for showing; `nameBytes` (base64) is what it is. */
  name: z.string(),
  nameBytes: z.string(),
  dialect: z.string(),
  confidence: confidenceSchema,
  kind: lockKindSchema,
  state: lockStateSchema,
  /** How many may hold a semaphore at once, where that is known; null for everything else. */
  permits: z.number().int().positive().nullable(),
  /** Null when it is open, or too few nodes say that it is not. */
  gate: gateSchema.nullable(),
  quorum: z.object({ needed: count, of: count }),
  /** The highest fence that was ever seen here, when the present holder's is lower. */
  fenceBefore: z.string().nullable().optional(),
  holders: z.array(holderSchema),
  waiters: waitersSchema,
  votes: z.array(voteSchema),
  verdicts: z.array(verdictSchema),
  /** Why the console can't release it; null when it can. */
  releaseBlocked: z.string().nullable(),
  /** Opaque. What a plan is made from: changes when a token does, never with a TTL or a renewal. */
  seen: z.string(),
  observedAt: iso,
})
export type Lock = z.infer<typeof lockSchema>

/** The last minutes of one lock, as offsets in ms from `from`. */
export const lineSchema = z.object({
  from: iso,
  spanMs: z.number(),
  /** tint alternates from holder to holder */
  holds: z.array(
    z.object({
      from: z.number(),
      to: z.number(),
      tint: z.union([z.literal(0), z.literal(1)]),
      risk: z.boolean(),
    }),
  ),
  waiting: z.array(z.object({ at: z.number(), count: count.nullable() })),
  gaps: z.array(z.object({ from: z.number(), to: z.number() })),
})
export type Line = z.infer<typeof lineSchema>

/** A lock beside others. Of a very long name it tells how it begins: the whole of it is told of the lock by itself. */
export const lockRowSchema = lockSchema.extend({
  line: lineSchema.optional(),
  /** How many bytes the name has, where `name` and `nameBytes` are only the beginning of it. */
  nameSize: count.optional(),
})
export type LockRow = z.infer<typeof lockRowSchema>

export const locksPageSchema = z.object({
  items: z.array(lockRowSchema),
  nextCursor: z.string().nullable(),
  /** How many match the filter, and how many there are. */
  total: count,
  of: count,
  /** How many of those that match are in which state. */
  states: z.partialRecord(lockStateSchema, count).optional(),
  observedAt: iso,
  now: iso,
  /** Backends that did not answer in full, with the nodes that were silent. */
  incomplete: z.array(z.object({ backend: z.string(), nodes: z.array(z.string()) })),
})
export type LocksPage = z.infer<typeof locksPageSchema>
