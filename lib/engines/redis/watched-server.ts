import type { EngineNode, Probe } from '../roles.ts'
import type { Connect } from './connect.ts'
import { probeRedis } from './health.ts'
import { openReader, type Reader } from './reader.ts'

/** One server process, as far as it is looked at for its own sake. */
export interface WatchedServer {
  readonly node: EngineNode
  readonly probe: Probe
  /** A connection of its own, so that a long reading does not look like a slow node. */
  readonly probing: Reader
  close(): void
}

export interface ServerOptions {
  name: string
  to: string | Connect
  role: string
  votes: boolean
  /** Null where it moves. */
  address: string | null
}

export function watchServer({ name, to, role, votes, address }: ServerOptions): WatchedServer {
  const probing = openReader(to)
  return {
    node: {
      name,
      engine: 'redis',
      votes,
      get address() {
        return address ?? connectedTo(probing) ?? 'not known yet'
      },
    },
    probe: probeRedis({ node: name, reader: probing, role }),
    probing,
    close: () => probing.close(),
  }
}

/** The other end of a connection that may lead to different servers; null when there is none. */
export function connectedTo({ client: { stream } }: Reader): string | null {
  const { remoteAddress, remotePort } = (stream ?? {}) as { remoteAddress?: string; remotePort?: number }
  return remoteAddress === undefined ? null : `${remoteAddress}:${remotePort}`
}
