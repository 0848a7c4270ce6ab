import type { NodeFacts } from '../../fleet/sighting.ts'
import type { Probe } from '../roles.ts'
import { QUARANTINE_KEY } from './layout.ts'
import { timeMs } from './node-time.ts'
import type { Reader } from './reader.ts'
import { ask, bytes, number } from './replies.ts'

/** What changes seldom is asked seldom, and at once after a new connection: that may be another process. */
const INFO_EVERY_MS = 5_000

type Info = ReadonlyMap<string, string>

export interface Probed {
  node: string
  reader: Reader
  /** What to call it when it is no replica: a voter of a quorum, or a primary. */
  role: string
}

export function probeRedis({ node, reader, role }: Probed): Probe {
  let info: Info | null = null
  let askedAt = Number.NEGATIVE_INFINITY
  reader.client.on('close', () => {
    askedAt = Number.NEGATIVE_INFINITY
  })
  return {
    node,
    async facts() {
      const sentAt = performance.now()
      const sentWall = Date.now()
      const [time, quarantine] = await ask(reader, [['TIME'], ['PTTL', QUARANTINE_KEY]])
      const latencyMs = performance.now() - sentAt
      if (performance.now() - askedAt > INFO_EVERY_MS) {
        info = await readInfo(reader)
        askedAt = performance.now()
      }
      const quarantined = number(quarantine)
      const nodeTime = timeMs(time)
      return {
        ...fromInfo(info, role),
        latencyMs,
        clockOffsetMs: Number.isNaN(nodeTime) ? null : Math.round(nodeTime - (sentWall + latencyMs / 2)),
        quarantinedMs: quarantined > 0 ? quarantined : null,
        term: null,
      }
    },
  }
}

/** Null when INFO is not allowed: then less is known, and that is no trouble. */
async function readInfo(reader: Reader): Promise<Info | null> {
  const replies = await ask(reader, [
    ['INFO', 'server'],
    ['INFO', 'replication'],
  ])
  const texts = replies.flatMap((reply) => bytes(reply)?.toString('utf8') ?? [])
  return texts.length > 0 ? parseInfo(texts.join('\n')) : null
}

export function parseInfo(text: string): Info {
  const pairs = text.split(/\r?\n/).flatMap((line): [string, string][] => {
    const colon = line.indexOf(':')
    return line.startsWith('#') || colon < 1 ? [] : [[line.slice(0, colon), line.slice(colon + 1)]]
  })
  return new Map(pairs)
}

function fromInfo(
  info: Info | null,
  role: string,
): Pick<NodeFacts, 'role' | 'version' | 'runId' | 'uptimeMs' | 'replication'> {
  if (!info) return { role: null, version: null, runId: null, uptimeMs: null, replication: null }
  const uptime = Number(info.get('uptime_in_seconds'))
  return {
    role: info.get('role') === 'slave' ? 'replica' : role,
    version: info.get('redis_version') ?? null,
    runId: info.get('run_id') ?? null,
    uptimeMs: Number.isFinite(uptime) ? uptime * 1000 : null,
    replication: replication(info),
  }
}

/** How replication stands, in words; null where there is none. */
function replication(info: Info): string | null {
  if (info.get('role') === 'slave') {
    const of = `${info.get('master_host')}:${info.get('master_port')}`
    if (info.get('master_link_status') !== 'up') return `cut off from ${of}`
    return `copies ${of}, heard ${info.get('master_last_io_seconds_ago') ?? '?'} s ago`
  }
  const replicas = Number(info.get('connected_slaves'))
  if (!(replicas > 0)) return null
  const silences = [...info]
    .filter(([key]) => /^slave\d+$/.test(key))
    .map(([, value]) => Number(/lag=(\d+)/.exec(value)?.[1] ?? 0))
  return `${replicas === 1 ? '1 replica' : `${replicas} replicas`}, heard ${Math.max(0, ...silences)} s ago`
}
