import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { askRedis } from './ask-redis.ts'
import type { CertificateFiles } from './certificates.ts'
import { tiedFolder } from './lifeline.ts'
import { freePort } from './ports.ts'
import { startReplication } from './redis-replication.ts'
import { type RedisServer, startRedis } from './redis-server.ts'
import { type ServerProcess, startProcess } from './server-process.ts'
import { until } from './until.ts'

export interface Sentinel {
  readonly port: number
  readonly tlsPort: number
  readonly process: ServerProcess
}

export interface Sentinels {
  /** What the sentinels call the primary. */
  readonly name: string
  readonly sentinels: readonly Sentinel[]
  /** First the one that began as the primary. */
  readonly servers: readonly RedisServer[]
  /** Whom most sentinels name, now. */
  primaryPort(): Promise<number>
  /** Resolves when a primary other than this one takes writes and most sentinels name it. */
  untilFailedOver(fromPort: number): Promise<number>
  close(): Promise<void>
}

interface SecuredSentinel {
  readonly name: string
  readonly sentinel: Sentinel
  readonly primary: RedisServer
  close(): Promise<void>
}

interface SentinelsOptions {
  /** How long the primary must be silent before it counts as down. */
  downAfterMs?: number
  replicas?: number
  /** Arguments of the servers. */
  args?: string[]
}

const NAME = 'lockkeeper'

/** One sentinel that names a primary, over TLS. */
export async function startSecuredSentinel(files: CertificateFiles): Promise<SecuredSentinel> {
  const folder = await tiedFolder('lockkeeper-sentinels-')
  const primary = await startRedis([], files)
  const sentinel = await startSentinel(folder.path, primary.tlsPort, 60_000, files)
  return {
    name: NAME,
    sentinel,
    primary,
    async close() {
      await sentinel.process.kill()
      await primary.close()
      await folder.remove()
    },
  }
}

/** A primary, its replicas, and three sentinels that know each other and all of them. */
export async function startSentinels({
  downAfterMs = 500,
  replicas = 2,
  args = [],
}: SentinelsOptions = {}): Promise<Sentinels> {
  const replication = await startReplication(replicas, args)
  const folder = await tiedFolder('lockkeeper-sentinels-')
  const first = replication.primary.port
  const sentinels = await Promise.all([1, 2, 3].map(() => startSentinel(folder.path, first, downAfterMs)))

  const named = async () => {
    const answers = await Promise.all(sentinels.map(({ port }) => primaryNamedBy(port).catch(() => null)))
    return answers.find((port) => port && answers.filter((each) => each === port).length >= 2) ?? null
  }
  await Promise.all(sentinels.map(({ port }) => until('complete sentinel', () => knowsAll(port, replicas))))
  return {
    name: NAME,
    sentinels,
    servers: [replication.primary, ...replication.replicas],
    async primaryPort() {
      const port = await named()
      if (!port) throw new Error('no two sentinels name the same primary')
      return port
    },
    async untilFailedOver(fromPort) {
      let next: number | null = null
      await until('failover', async () => {
        next = await named()
        return next !== null && next !== fromPort && (await takesWrites(next))
      })
      return next ?? fromPort
    },
    async close() {
      await Promise.all(sentinels.map((sentinel) => sentinel.process.kill()))
      await replication.close()
      await folder.remove()
    },
  }
}

async function startSentinel(
  folder: string,
  primary: number,
  downAfterMs: number,
  files: CertificateFiles | null = null,
): Promise<Sentinel> {
  const [port, tlsPort] = [await freePort(), files ? await freePort() : 0]
  const config = join(folder, `${port}.conf`)
  const settings = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor ${NAME} 127.0.0.1 ${primary} 2`,
    `sentinel down-after-milliseconds ${NAME} ${downAfterMs}`,
    `sentinel failover-timeout ${NAME} 3000`,
    `sentinel parallel-syncs ${NAME} 2`,
    ...(files ? [`tls-port ${tlsPort}`, 'tls-replication yes'] : []),
    ...(files
      ? [`tls-cert-file ${files.cert}`, `tls-key-file ${files.key}`, `tls-ca-cert-file ${files.ca}`]
      : []),
  ]
  await writeFile(config, `${settings.join('\n')}\n`)
  const answers = async () => (await askRedis(port, ['PING'])) === 'PONG'
  return { port, tlsPort, process: await startProcess('redis-server', [config, '--sentinel'], answers) }
}

async function primaryNamedBy(sentinel: number): Promise<number | null> {
  const address = await askRedis(sentinel, ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', NAME])
  return Array.isArray(address) ? Number(address[1]) : null
}

async function knowsAll(sentinel: number, replicas: number): Promise<boolean> {
  const info = String(await askRedis(sentinel, ['INFO', 'sentinel']))
  return info.includes(`status=ok`) && info.includes(`slaves=${replicas},sentinels=3`)
}

async function takesWrites(port: number): Promise<boolean> {
  return String(await askRedis(port, ['INFO', 'replication'])).includes('role:master')
}
