import { z } from 'zod'

/** How a backend is named in the configuration. */

const redisUrl = z
  .string()
  .regex(/^(rediss?|memory):\/\/./, 'a URL that begins with redis://, rediss:// or memory://')
const etcdUrl = z.string().regex(/^https?:\/\/./, 'a URL that begins with http:// or https://')
const named = (url: z.ZodString) => z.union([url, z.strictObject({ name: z.string().min(1), url })])

const common = {
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'lower-case letters, digits and dashes, at most 40'),
  environment: z.string().optional(),
  maxTtlMs: z.number().int().min(100).max(86_400_000).default(60_000),
  patterns: z.array(z.strictObject({ match: z.string().min(1), dialect: z.string().min(1) })).default([]),
}

export const backendSpecSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...common,
    kind: z.literal('redis'),
    url: named(redisUrl),
    replicas: z.array(named(redisUrl)).default([]),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('redlock'),
    nodes: z.array(named(redisUrl)).min(3, 'a quorum needs at least 3 nodes'),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('etcd'),
    endpoints: z.array(named(etcdUrl)).min(1),
    prefixes: z.array(z.string().min(1)).default([]),
  }),
  z.strictObject({ ...common, kind: z.literal('memory'), url: named(redisUrl) }),
])
export type BackendSpec = z.infer<typeof backendSpecSchema>
