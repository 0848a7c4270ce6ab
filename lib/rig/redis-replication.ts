import { askRedis } from './ask-redis.ts'
import { type RedisServer, startRedis } from './redis-server.ts'
import { until } from './until.ts'

export interface Replication {
  readonly primary: RedisServer
  readonly replicas: readonly RedisServer[]
  /** The replica hears nothing of its primary any more, and stays one that can be promoted. */
  detach(replica: RedisServer): Promise<void>
  /** Makes it a primary. The others go on following whom they followed. */
  promote(replica: RedisServer): Promise<void>
  close(): Promise<void>
}

/** A primary with replicas that have caught up with it. */
export async function startReplication(replicas: number, args: string[] = []): Promise<Replication> {
  const primary = await startRedis(['--repl-diskless-sync-delay', '0', ...args])
  const following = await Promise.all(Array.from({ length: replicas }, () => startReplica(primary, args)))
  await untilReplicated(primary, replicas)
  return {
    primary,
    replicas: following,
    async detach(replica) {
      // Port 1 is nobody's: a primary that is never there.
      await askRedis(replica.port, ['REPLICAOF', '127.0.0.1', '1'])
    },
    async promote(replica) {
      await askRedis(replica.port, ['REPLICAOF', 'NO', 'ONE'])
    },
    async close() {
      await Promise.all([primary, ...following].map((server) => server.close()))
    },
  }
}

export const startReplica = (primary: RedisServer, args: string[] = []): Promise<RedisServer> =>
  startRedis([
    ...['--replicaof', '127.0.0.1', String(primary.port), '--repl-diskless-sync-delay', '0'],
    ...args,
  ])

/** Until so many replicas acknowledge what the primary has written. */
export async function untilReplicated(primary: { port: number }, replicas: number): Promise<void> {
  await until(`${replicas} replicas`, async () => {
    const info = String(await askRedis(primary.port, ['INFO', 'replication']))
    const online = info.match(/state=online/g)?.length ?? 0
    return (
      online >= replicas &&
      Number(await askRedis(primary.port, ['WAIT', String(replicas), '500'])) >= replicas
    )
  })
}
