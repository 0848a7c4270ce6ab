import { ReadFailed } from './read-failed.ts'
import type { Reader } from './reader.ts'
import { askOne, bytes, list, number } from './replies.ts'
import { connectedTo, type WatchedServer } from './watched-server.ts'

const LOOK_EVERY_MS = 3_000
/** One that its primary lost is shown for so long: it may be just what somebody looks for. */
const FORGOTTEN_AFTER_MS = 600_000

export interface Replicas {
  servers(): readonly WatchedServer[]
  close(): void
}

export interface ReplicaOptions {
  /** Of their primary. */
  primary: Reader
  open(address: string, name: string): WatchedServer
  /** Addresses of those that are shown anyway. */
  known: readonly string[]
  onChange(): void
}

/**
 * The replicas that a primary tells of. One is shown from when it answered: what the primary calls it may mean nothing here.
 */
export function followReplicas({ primary, open, known, onChange }: ReplicaOptions): Replicas {
  const found = new Map<string, { server: WatchedServer; toldAt: number }>()
  let timer: NodeJS.Timeout | null = null
  let admitted = known.length
  let isClosed = false

  const drop = (address: string) => {
    found.get(address)?.server.close()
    found.delete(address)
    onChange()
  }
  const look = async () => {
    const told = await replicasOf(primary)
    const now = performance.now()
    const self = connectedTo(primary)
    for (const [address, { toldAt }] of found)
      if (address === self || now - toldAt > FORGOTTEN_AFTER_MS) drop(address)
    for (const address of told) {
      const one = found.get(address)
      if (one) one.toldAt = now
      else if (!known.includes(address)) await admit(address)
    }
  }
  const admit = async (address: string) => {
    const server = open(address, nameOf(admitted))
    const answers = await askOne(server.probing, ['PING']).then(
      () => true,
      (error) => error instanceof ReadFailed && error.isRefused,
    )
    if (!answers || isClosed) return server.close()
    admitted += 1
    found.set(address, { server, toldAt: performance.now() })
    onChange()
  }
  const goOn = async () => {
    await look().catch(() => {})
    if (!isClosed) timer = setTimeout(goOn, LOOK_EVERY_MS)
  }
  void goOn()
  return {
    servers: () => [...found.values()].map(({ server }) => server),
    close() {
      isClosed = true
      if (timer) clearTimeout(timer)
      for (const { server } of found.values()) server.close()
    },
  }
}

export const nameOf = (index: number): string => (index === 0 ? 'replica' : `replica-${index + 1}`)

/** Their addresses; none of a server that is a replica itself. ROLE or INFO, whichever may be asked. */
async function replicasOf(primary: Reader): Promise<string[]> {
  try {
    const [role, , replicas] = list(await askOne(primary, ['ROLE']))
    if (bytes(role)?.toString() !== 'master') return []
    return list(replicas).map((replica) => {
      const [host, port] = list(replica)
      return `${bytes(host)?.toString()}:${number(port)}`
    })
  } catch (error) {
    if (!(error instanceof ReadFailed) || !error.isRefused) throw error
    const info = bytes(await askOne(primary, ['INFO', 'replication']))?.toString() ?? ''
    return [...info.matchAll(/^slave\d+:ip=([^,]+),port=(\d+)/gm)].map(([, host, port]) => `${host}:${port}`)
  }
}
