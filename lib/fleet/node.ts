import { z } from 'zod'
import { nodeStateSchema } from './states.ts'

const iso = z.iso.datetime()
const ms = z.number()

export const backendKindSchema = z.enum(['redis', 'redlock', 'etcd', 'memory'])
export type BackendKind = z.infer<typeof backendKindSchema>

export const nodeSchema = z.object({
  /** `<backend>/<name>` */
  id: z.string(),
  backend: z.string(),
  name: z.string(),
  engine: z.string(),
  address: z.string(),
  state: nodeStateSchema,
  /** Since when it is in that state. */
  since: iso.nullable(),
  lastAnswerAt: iso.nullable(),
  /** Does it vote on locks, or only copy (a replica)? */
  votes: z.boolean(),
  role: z.string().nullable(),
  version: z.string().nullable(),
  runId: z.string().nullable(),
  uptimeMs: ms.nullable(),
  latencyMs: z.object({ p50: ms, p99: ms }).nullable(),
  clockOffsetMs: ms.nullable(),
  quarantinedMs: ms.nullable(),
  replication: z.string().nullable(),
  term: z.string().nullable(),
  /** When its term was seen to change; left out when it never was. */
  termSince: iso.optional(),
  /** What follows is left out while it gives no answer, and null is what it may not or can not tell. */
  replicationId: z.string().nullable().optional(),
  /** How far a replica is behind, or the farthest of a primary's. */
  lagBytes: z.number().nullable().optional(),
  memory: z
    .object({ usedBytes: z.number(), maxBytes: z.number().nullable(), policy: z.string().nullable() })
    .nullable()
    .optional(),
  persistence: z
    .object({ snapshots: z.boolean().nullable(), appendOnly: z.boolean().nullable(), failing: z.boolean() })
    .nullable()
    .optional(),
  clustered: z.boolean().nullable().optional(),
  open: z.boolean().nullable().optional(),
  raft: z
    .object({
      leader: z.string().nullable(),
      isLeader: z.boolean(),
      isLearner: z.boolean(),
      index: z.string(),
      dbBytes: z.number(),
      quotaBytes: z.number().nullable(),
      alarms: z.array(z.string()).readonly(),
      members: z.number(),
    })
    .nullable()
    .optional(),
  /** Commands or rights that were refused, so that less is known of it. */
  lacks: z.array(z.string()).readonly().optional(),
  /** Why it gives no answer, in words without secrets. */
  trouble: z.string().nullable().optional(),
})
export type FleetNode = z.infer<typeof nodeSchema>

export const backendSchema = z.object({
  id: z.string(),
  kind: backendKindSchema,
  environment: z.string().nullable(),
  demo: z.boolean(),
  nodes: z.array(nodeSchema),
  quorum: z.object({ needed: z.number().int(), of: z.number().int(), answering: z.number().int() }),
  /** How many more voters it can lose and still grant; null where there is no quorum to lose. */
  canLose: z.number().int().nullable(),
  /** How changes arrive. */
  reading: z.enum(['pushed', 'swept']),
  /** Commands a second that reading costs its nodes now, and how many it may cost. */
  cost: z.object({ perSecond: z.number(), budget: z.number() }).optional(),
  /** The longest hold that is allowed here. */
  maxTtlMs: ms.optional(),
  /** Names that say that they are locks, and are only shown as what might be some, in words; left out where there are none. */
  setAside: z.array(z.string()).readonly().optional(),
  /** Why nothing can be read of it, in words without secrets; null when something can. */
  trouble: z.string().nullable().optional(),
  sweptAt: iso.nullable(),
})
export type FleetBackend = z.infer<typeof backendSchema>

export const nodesPageSchema = z.object({ backends: z.array(backendSchema), now: iso })
export type NodesPage = z.infer<typeof nodesPageSchema>
