import { z } from 'zod'

const iso = z.iso.datetime()

/** What one node answered when a client of the playground asked it. */
export const demoVoteSchema = z.object({
  node: z.string(),
  outcome: z.enum(['granted', 'refused', 'unknown']),
  says: z.string(),
})

export const demoClientSchema = z.object({
  id: z.string(),
  state: z.enum(['idle', 'asking', 'waiting', 'holding', 'lost']),
  /** By the holder's own monotonic clock, at `now` of the state. */
  remainingMs: z.number().nullable(),
  ttlMs: z.number().nullable(),
  /** What it last did and what came of it. */
  last: z
    .object({
      at: iso,
      verb: z.enum(['acquire', 'release', 'lost']),
      ok: z.boolean(),
      says: z.string(),
      votes: z.array(demoVoteSchema),
    })
    .nullable(),
})
export type DemoClient = z.infer<typeof demoClientSchema>

export const demoNodeSchema = z.object({
  id: z.string(),
  address: z.string(),
  running: z.boolean(),
  /** Who it says holds the playground's lock. */
  holder: z.string().nullable(),
  remainingMs: z.number().nullable(),
  quarantinedMs: z.number().nullable(),
})
export type DemoNode = z.infer<typeof demoNodeSchema>

export const demoStateSchema = z.object({
  now: iso,
  servers: z.enum(['real', 'memory']),
  backend: z.string(),
  lock: z.object({ id: z.string(), name: z.string() }),
  ttlMs: z.number(),
  clients: z.array(demoClientSchema),
  nodes: z.array(demoNodeSchema),
})
export type DemoState = z.infer<typeof demoStateSchema>

export const demoActSchema = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('acquire'), client: z.string() }),
  z.strictObject({ act: z.literal('release'), client: z.string() }),
  z.strictObject({ act: z.literal('kill'), node: z.string() }),
  z.strictObject({ act: z.literal('restart'), node: z.string() }),
])
export type DemoAct = z.infer<typeof demoActSchema>
