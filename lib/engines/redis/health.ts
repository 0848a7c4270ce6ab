import type { NodeFacts } from '../../fleet/sighting.ts'
import type { Probe } from '../roles.ts'
import { NodeClockOffset } from './health-clock.ts'
import { factsOf, type Info, parseInfo, SECTIONS } from './health-info.ts'
import { QUARANTINE_KEY } from './layout.ts'
import { timeMs } from './node-time.ts'
import type { Reader } from './reader.ts'
import type { Reply } from './replies.ts'

/** What changes seldom is asked seldom, and at once after a new connection: that may be another process. */
const INFO_EVERY_MS = 5_000

export interface Probed {
  node: string
  reader: Reader
  /** What to call it when it is no replica: a voter of a quorum, or a primary. */
  role: string
}

type Ask = readonly [name: string, ...args: string[]]

export function probeRedis({ node, reader, role }: Probed): Probe {
  const clock = new NodeClockOffset()
  const lacks = new Set<string>()
  let info: Info | null = null
  /** The points at which it saves; null when that is not known. Asked once for each connection. */
  let savesAt: string | null | undefined
  let askedAt = Number.NEGATIVE_INFINITY
  reader.client.on('close', () => {
    askedAt = Number.NEGATIVE_INFINITY
    savesAt = undefined
  })

  const learn = async () => {
    if (performance.now() - askedAt <= INFO_EVERY_MS) return
    const asks: Ask[] = SECTIONS.map((name) => ['INFO', name])
    if (savesAt === undefined) asks.push(SAVES)
    const replies = await each(reader, asks, lacks)
    if (savesAt === undefined) savesAt = savesOf(replies.at(-1))
    const texts = replies
      .slice(0, SECTIONS.length)
      .flatMap((reply) => (Buffer.isBuffer(reply) ? [reply.toString('utf8')] : []))
    info = texts.length > 0 ? parseInfo(texts.join('\n')) : null
    askedAt = performance.now()
  }

  return {
    node,
    async facts(): Promise<NodeFacts> {
      const sentAt = performance.now()
      const sentWall = Date.now()
      const [time, quarantine] = await each(reader, [['TIME'], ['PTTL', QUARANTINE_KEY]], lacks)
      const latencyMs = performance.now() - sentAt
      await learn()
      const quarantined = Number(quarantine ?? 0)
      return {
        ...factsOf(info, role, savesAt ?? null),
        latencyMs,
        clockOffsetMs: clock.follow(timeMs(time), sentWall, latencyMs),
        quarantinedMs: quarantined > 0 ? quarantined : null,
        term: null,
        open: isOpen(reader) ? true : null,
        lacks: [...lacks].sort(),
      }
    },
  }
}

/** It answers although nobody said who is asking. Whether others need to, when we did, nobody can say. */
const isOpen = ({ client: { options } }: Reader): boolean => !options.password && !options.tls

const SAVES: Ask = ['CONFIG', 'GET', 'save']

/** Replies of commands that each may be refused on its own, which is noted; any other trouble is the node's. */
function each(reader: Reader, commands: readonly Ask[], lacks: Set<string>): Promise<Reply[]> {
  return reader.read(async (client) => {
    const pipeline = client.pipeline()
    for (const [name, ...args] of commands) pipeline.callBuffer(name, ...args)
    const results = (await pipeline.exec()) ?? []
    return results.map(([error, reply], index) => {
      const name = commands[index]?.[0] ?? ''
      if (!error) {
        lacks.delete(name)
        return reply as Reply
      }
      // A cluster has no quarantine, and whoever would keep the key is another server.
      if (error.message.startsWith('MOVED')) return null
      if (!isRefused(error.message)) throw error
      lacks.add(name)
      return null
    })
  })
}

/** Not allowed, renamed away, or not known to this kind of server. */
const isRefused = (message: string): boolean => /^NOPERM|unknown (sub)?command/i.test(message)

/** A list of its name and its value; null when it may not be asked. */
function savesOf(reply: Reply | undefined): string | null {
  const value = Array.isArray(reply) ? reply[1] : null
  return Buffer.isBuffer(value) ? value.toString('utf8') : null
}
