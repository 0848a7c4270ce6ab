import { z } from 'zod'

/** How a backend is named in the configuration. */

/** Where the configuration does not say what reading may cost. */
export const DEFAULT_BUDGET = 20_000

const redisUrl = z
  .string()
  .regex(/^(rediss?|memory):\/\/./, 'a URL that begins with redis://, rediss:// or memory://')
const etcdUrl = z.string().regex(/^https?:\/\/./, 'a URL that begins with http:// or https://')
/** Of servers that are asked where others are. */
const guideUrl = z.string().regex(/^rediss?:\/\/./, 'a URL that begins with redis:// or rediss://')
const named = (url: z.ZodString) => z.union([url, z.strictObject({ name: z.string().min(1), url })])

const common = {
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'lower-case letters, digits and dashes, at most 40'),
  environment: z.string().optional(),
  maxTtlMs: z.number().int().min(100).max(86_400_000).default(60_000),
  patterns: z.array(z.strictObject({ match: z.string().min(1), dialect: z.string().min(1) })).default([]),
  /** Commands a second that reading may cost its nodes, on the average. */
  budget: z.number().int().min(100).max(10_000_000).optional(),
}

const credentials = { username: z.string().optional(), password: z.string().optional() }

/** How to get in. Texts in PEM, or names of files; relative ones are those of whoever reads the configuration. */
const access = {
  ...credentials,
  tls: z
    .strictObject({
      ca: z.string().min(1).optional(),
      cert: z.string().min(1).optional(),
      key: z.string().min(1).optional(),
      /** Where the certificate is for another name than the host's. */
      servername: z.string().min(1).optional(),
    })
    .optional(),
}

/** Reading is done by one user, applied plans by another, where there are two. */
const users = {
  read: z.strictObject(credentials).optional(),
  write: z.strictObject(credentials).optional(),
}

const WAYS = ['url', 'sentinel', 'cluster'] as const

/** One Redis; or behind Sentinels the primary that they name; or a Redis Cluster as a whole. */
const redisSchema = z
  .strictObject({
    ...common,
    ...access,
    ...users,
    kind: z.literal('redis'),
    url: named(redisUrl).optional(),
    replicas: z.array(named(redisUrl)).default([]),
    sentinel: z
      .strictObject({
        /** What the Sentinels call the primary. */
        name: z.string().min(1),
        nodes: z.array(guideUrl).min(1),
        /** Of the servers behind them, where it is not said beside; those of the Sentinels are in their URLs. */
        username: z.string().optional(),
        password: z.string().optional(),
        database: z.number().int().min(0).optional(),
        tls: z.boolean().optional(),
      })
      .optional(),
    cluster: z.array(guideUrl).min(1).optional(),
  })
  .superRefine((spec, context) => {
    const [way, ...others]: (keyof typeof spec)[] = WAYS.filter((each) => spec[each])
    if (!way) context.addIssue({ code: 'invalid_type', expected: 'string', input: undefined, path: ['url'] })
    if (way !== 'url' && spec.replicas.length > 0) others.push('replicas')
    for (const other of others) {
      context.addIssue({ code: 'custom', path: [other], message: `left out beside "${way}"` })
    }
  })

export const backendSpecSchema = z.discriminatedUnion('kind', [
  redisSchema,
  z.strictObject({
    ...common,
    ...access,
    ...users,
    kind: z.literal('redlock'),
    nodes: z.array(named(redisUrl)).min(3, 'a quorum needs at least 3 nodes'),
  }),
  z.strictObject({
    ...common,
    ...access,
    kind: z.literal('etcd'),
    endpoints: z.array(named(etcdUrl)).min(1),
    prefixes: z.array(z.string().min(1)).default([]),
  }),
  z.strictObject({ ...common, kind: z.literal('memory'), url: named(redisUrl) }),
])
export type BackendSpec = z.infer<typeof backendSpecSchema>
