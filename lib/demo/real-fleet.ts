import { createEtcdNode } from '../engines/etcd/driver.ts'
import { closeRedis, isReady, openRedis } from '../engines/redis/connect.ts'
import { bootstrapRedisNode, createRedisNode } from '../engines/redis/driver.ts'
import { MARKER_KEY, QUARANTINE_KEY } from '../engines/redis/layout.ts'
import { type BackendSpec, backendSpecSchema } from '../engines/spec.ts'
import { startEtcd } from '../rig/etcd-cluster.ts'
import { type RedisServer, startRedis } from '../rig/redis-server.ts'
import { type DemoServer, type Fleet, MAX_TTL_MS, PAYMENTS_MAX_TTL_MS, VOTERS } from './fleet.ts'
import { opened } from './opened.ts'
import { supervise } from './supervise.ts'

const READY_WITHIN_MS = 5_000

/** Five Redis servers that vote, one with a replica, and an etcd cluster of three. */
export async function startRealFleet(): Promise<Fleet> {
  const ends: (() => unknown)[] = []
  const end = async () => {
    await Promise.all(ends.splice(0).map((each) => each()))
  }
  try {
    return await start(ends, end)
  } catch (error) {
    await end()
    throw error
  }
}

async function start(ends: (() => unknown)[], end: () => Promise<void>): Promise<Fleet> {
  const redis = async (args: string[] = []): Promise<RedisServer> => {
    const server = await startRedis(args)
    ends.push(() => server.close())
    return server
  }
  const starting = startEtcd(['a', 'b', 'c'])
  ends.push(async () => {
    const cluster = await starting.catch(() => null)
    // Nothing is kept: no reason to wait until they have taken leave of each other.
    await Promise.all(cluster?.members.map((member) => member.process.kill()) ?? [])
    await cluster?.close()
  })
  const voters = await Promise.all(
    VOTERS.map(async (id) => {
      const voter = await openVoter(id, await redis())
      ends.push(voter.disconnect)
      return voter
    }),
  )
  const jobs = await redis()
  const replica = await redis(['--replicaof', '127.0.0.1', String(jobs.port)])
  const etcd = await starting
  const stopSupervising = supervise([
    ...voters.map((voter) => voter.supervised),
    ...[jobs, replica, ...etcd.members].map((server) => ({
      isRunning: () => server.process.running,
      isWanted: () => true,
      restart: () => server.restart(),
    })),
  ])

  const specs = specsOf(
    voters.map((voter) => voter.server),
    jobs.url,
    replica.url,
    etcd.members,
  )
  const nodes = {
    payments: () =>
      voters.map(({ server: { id, url } }) =>
        createRedisNode({ id, url, quarantineMs: PAYMENTS_MAX_TTL_MS, connectionName: 'demo' }),
      ),
    jobs: () => [createRedisNode({ id: 'primary', url: jobs.url, connectionName: 'demo' })],
    infra: () => [createEtcdNode({ id: 'cluster', endpoints: etcd.endpoints })],
  }
  return {
    servers: 'real',
    specs,
    voters: voters.map((voter) => voter.server),
    foreign: { jobs: jobs.url, etcd: etcd.endpoints[0] ?? '' },
    open: (backend) => opened(backend, nodes[backend]()),
    async close() {
      await stopSupervising()
      await end()
    },
  }
}

async function openVoter(id: string, redis: RedisServer) {
  const client = openRedis(redis.url, 'demo')
  let wanted = true
  if (!(await isReady(client, READY_WITHIN_MS))) throw new Error(`${id} can't be reached`)
  await bootstrapRedisNode(client)
  const server: DemoServer = {
    id,
    url: redis.url,
    address: `127.0.0.1:${redis.port}`,
    get running() {
      return redis.process.running
    },
    async kill() {
      wanted = false
      await redis.process.kill()
    },
    async restart() {
      if (!redis.process.running) await redis.restart()
      wanted = true
    },
    async quarantinedMs() {
      const [left, marked] = await Promise.all([client.pttl(QUARANTINE_KEY), client.exists(MARKER_KEY)])
      // Without its marker it will be quarantined by the first who asks.
      if (marked === 0) return PAYMENTS_MAX_TTL_MS
      return left > 0 ? left : null
    },
  }
  return {
    server,
    supervised: {
      isRunning: () => redis.process.running,
      isWanted: () => wanted,
      restart: () => redis.restart(),
    },
    disconnect: () => closeRedis(client),
  }
}

function specsOf(
  voters: readonly DemoServer[],
  jobs: string,
  replica: string,
  members: readonly { name: string; endpoint: string }[],
): BackendSpec[] {
  const environment = 'demo'
  return [
    {
      id: 'payments',
      kind: 'redlock',
      environment,
      maxTtlMs: PAYMENTS_MAX_TTL_MS,
      nodes: voters.map(({ id, url }) => ({ name: id, url })),
    },
    {
      id: 'jobs',
      kind: 'redis',
      environment,
      maxTtlMs: MAX_TTL_MS,
      url: { name: 'primary', url: jobs },
      replicas: [{ name: 'replica', url: replica }],
      patterns: [{ match: 'legacy:*', dialect: 'redlock' }],
    },
    {
      id: 'infra',
      kind: 'etcd',
      environment,
      maxTtlMs: MAX_TTL_MS,
      endpoints: members.map(({ name, endpoint }) => ({ name, url: endpoint })),
      prefixes: ['/locks/', '/service/'],
    },
  ].map((spec) => backendSpecSchema.parse(spec))
}
