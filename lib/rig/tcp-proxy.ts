import { createServer, connect as dial, type Socket } from 'node:net'
import { listening } from './listening.ts'

export type Direction = 'to-server' | 'to-client'

/** What a link does to bytes. Without a direction it does it to both. */
export type Fault =
  /** Each chunk takes `ms` and up to `jitterMs` more; their order stays. */
  | { kind: 'delay'; ms: number; jitterMs?: number; direction?: Direction }
  /** Nothing arrives until the fault ends, and then everything does: a network that comes back in time. */
  | { kind: 'stall'; direction?: Direction }
  /**
   * Nothing arrives, ever; nobody is told. With `from` it begins with the first chunk that has these bytes. When the fault
   * ends, connections that lost something are reset, since no network loses out of the middle of a stream.
   */
  | { kind: 'swallow'; direction?: Direction; from?: string }
  /** Of the next reply the first bytes pass, then the connection is reset. 0 = the reply is dropped. */
  | { kind: 'cut-reply'; afterBytes: number }
  /** The next reply is replaced by bytes that are no answer. */
  | { kind: 'garble'; bytes: string }
  /** Connections are reset, new ones too. */
  | { kind: 'refuse' }

/** The link of one client to one server. */
export interface TcpProxy {
  readonly port: number
  /** From now on, also for connections that are open; replaces what was set before. */
  set(fault: Fault): void
  /** Everything passes again. */
  heal(): void
  /** Resets what is open now. */
  cut(): void
  close(): Promise<void>
}

interface ProxyOptions {
  /** A fraction for the jitter; handed in where runs are to be repeated. */
  chance?: () => number
}

/** A proxy on a free loopback port in front of a server on loopback. */
export async function startProxy(
  toPort: number,
  { chance = Math.random }: ProxyOptions = {},
): Promise<TcpProxy> {
  const links = new Set<Link>()
  let fault: Fault | null = null

  const change = (next: Fault | null) => {
    fault = next
    for (const link of links) link.faultChanged()
    if (next?.kind === 'refuse') cut()
  }
  const cut = () => {
    for (const link of links) link.reset()
  }
  const server = createServer((client) => {
    if (fault?.kind === 'refuse') return void client.on('error', () => {}).resetAndDestroy()
    const conditions = { fault: () => fault, chance, once: () => change(null) }
    const link = openLink(client, dial(toPort, '127.0.0.1'), conditions, () => links.delete(link))
    links.add(link)
  })
  return {
    port: await listening(server),
    set: change,
    heal: () => change(null),
    cut,
    async close() {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface Conditions {
  fault(): Fault | null
  chance(): number
  /** A fault that strikes one reply has struck. */
  once(): void
}

interface Link {
  faultChanged(): void
  reset(): void
}

function openLink(client: Socket, server: Socket, conditions: Conditions, onGone: () => void): Link {
  const reset = () => {
    onGone()
    requests.stop()
    replies.stop()
    for (const end of [client, server]) if (!end.destroyed) end.resetAndDestroy()
  }
  const requests = openFlow('to-server', client, server, conditions, reset)
  const replies = openFlow('to-client', server, client, conditions, reset)
  const gone = () => {
    if (client.destroyed && server.destroyed) onGone()
  }
  client.once('close', gone)
  server.once('close', gone)
  return {
    reset,
    faultChanged() {
      if (requests.lost() || replies.lost()) return reset()
      requests.resume()
      replies.resume()
    },
  }
}

interface Flow {
  /** What was stalled may go on. */
  resume(): void
  /** Whether something was swallowed. */
  lost(): boolean
  stop(): void
}

/** One direction. `null` in the line is the end of the stream, which travels behind the bytes as on any network. */
function openFlow(
  direction: Direction,
  from: Socket,
  to: Socket,
  { fault, chance, once }: Conditions,
  reset: () => void,
): Flow {
  const line: { chunk: Buffer | null; at: number }[] = []
  let timer: NodeJS.Timeout | undefined
  let lost = false

  const pump = () => {
    clearTimeout(timer)
    while (line[0] && line[0].at <= performance.now()) {
      const chunk = line.shift()?.chunk
      if (!chunk) to.destroy()
      else if (!to.destroyed) to.write(chunk)
    }
    const next = line[0]?.at ?? Number.POSITIVE_INFINITY
    if (next !== Number.POSITIVE_INFINITY) timer = setTimeout(pump, next - performance.now() + 0.5)
  }
  const send = (chunk: Buffer | null, ms: number) => {
    line.push({ chunk, at: Math.max(line.at(-1)?.at ?? 0, performance.now() + ms) })
    pump()
  }
  const pass = (chunk: Buffer | null) => {
    const current = concerning(fault(), direction)
    switch (current?.kind) {
      case 'delay':
        return send(chunk, current.ms + chance() * (current.jitterMs ?? 0))
      case 'stall':
        return send(chunk, Number.POSITIVE_INFINITY)
      case 'swallow':
        lost ||= !current.from || (chunk?.includes(current.from) ?? false)
        return lost ? undefined : send(chunk, 0)
      case 'cut-reply':
        if (!chunk) return send(chunk, 0)
        once()
        return to.write(chunk.subarray(0, Math.min(current.afterBytes, chunk.length - 1)), reset)
      case 'garble':
        if (!chunk) return send(chunk, 0)
        once()
        return send(Buffer.from(current.bytes), 0)
      default:
        return send(chunk, 0)
    }
  }
  from.on('data', pass)
  from.on('error', () => {})
  from.once('close', () => pass(null))
  return {
    resume() {
      for (const each of line) if (each.at === Number.POSITIVE_INFINITY) each.at = performance.now()
      pump()
    },
    lost: () => lost,
    stop: () => clearTimeout(timer),
  }
}

function concerning(fault: Fault | null, direction: Direction): Fault | null {
  if (fault?.kind === 'cut-reply' || fault?.kind === 'garble') return direction === 'to-client' ? fault : null
  if (!fault || fault.kind === 'refuse') return null
  return (fault.direction ?? direction) === direction ? fault : null
}
