import { join } from 'node:path'
import type { CertificateFiles } from './certificates.ts'
import { tiedFolder } from './lifeline.ts'
import { freePort } from './ports.ts'
import { type ServerProcess, startProcess } from './server-process.ts'

export interface EtcdMember {
  readonly name: string
  readonly endpoint: string
  readonly process: ServerProcess
  restart(): Promise<void>
}

export interface EtcdCluster {
  readonly endpoints: string[]
  readonly members: readonly EtcdMember[]
  close(): Promise<void>
}

interface Place {
  name: string
  client: string
  peer: string
  /** Where it tells of its health without TLS; null where its client port does. */
  health: string | null
  dir: string
}

/**
 * A real etcd cluster of our own on free loopback ports; `args` go to each member. With `files` clients speak TLS, and
 * must have a certificate themselves.
 */
export async function startEtcd(
  names: string[],
  args: readonly string[] = [],
  files: CertificateFiles | null = null,
): Promise<EtcdCluster> {
  const root = await tiedFolder('lockkeeper-etcd-')
  const places: Place[] = []
  for (const name of names) {
    places.push({
      name,
      client: `${files ? 'https' : 'http'}://127.0.0.1:${await freePort()}`,
      peer: `http://127.0.0.1:${await freePort()}`,
      health: files ? `http://127.0.0.1:${await freePort()}` : null,
      dir: join(root.path, name),
    })
  }
  const all = [...args, ...(files ? tlsArgs(files) : [])]
  const members = await Promise.all(places.map((place) => startMember(place, places, all)))
  return {
    endpoints: places.map((place) => place.client),
    members,
    async close() {
      await Promise.all(members.map((member) => member.process.stop(5_000)))
      await root.remove()
    },
  }
}

const tlsArgs = ({ ca, cert, key }: CertificateFiles): string[] => [
  ...['--cert-file', cert, '--key-file', key, '--trusted-ca-file', ca, '--client-cert-auth'],
]

async function startMember(place: Place, all: Place[], args: readonly string[]): Promise<EtcdMember> {
  const start = () =>
    startProcess(
      'etcd',
      [
        ...['--name', place.name, '--data-dir', place.dir, '--log-level', 'error', '--logger', 'zap'],
        ...['--listen-client-urls', place.client, '--advertise-client-urls', place.client],
        ...['--listen-peer-urls', place.peer, '--initial-advertise-peer-urls', place.peer],
        ...['--initial-cluster', all.map((each) => `${each.name}=${each.peer}`).join(',')],
        ...['--initial-cluster-state', 'new', '--initial-cluster-token', `lockkeeper-${all[0]?.peer ?? ''}`],
        ...['--heartbeat-interval', '100', '--election-timeout', '1000'],
        ...(place.health ? ['--listen-metrics-urls', place.health] : []),
        ...args,
      ],
      async () =>
        (await fetch(`${place.health ?? place.client}/health`, { signal: AbortSignal.timeout(500) })).ok,
      20_000,
    )
  let process = await start()
  return {
    name: place.name,
    endpoint: place.client,
    get process() {
      return process
    },
    async restart() {
      await process.kill()
      process = await start()
    },
  }
}
