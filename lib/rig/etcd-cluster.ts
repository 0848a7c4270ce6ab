import { join } from 'node:path'
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
  dir: string
}

/** A real etcd cluster of our own on free loopback ports; `args` go to each member. */
export async function startEtcd(names: string[], args: readonly string[] = []): Promise<EtcdCluster> {
  const root = await tiedFolder('lockkeeper-etcd-')
  const places: Place[] = []
  for (const name of names) {
    places.push({
      name,
      client: `http://127.0.0.1:${await freePort()}`,
      peer: `http://127.0.0.1:${await freePort()}`,
      dir: join(root.path, name),
    })
  }
  const members = await Promise.all(places.map((place) => startMember(place, places, args)))
  return {
    endpoints: places.map((place) => place.client),
    members,
    async close() {
      await Promise.all(members.map((member) => member.process.stop(5_000)))
      await root.remove()
    },
  }
}

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
        ...args,
      ],
      async () => (await fetch(`${place.client}/health`, { signal: AbortSignal.timeout(500) })).ok,
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
