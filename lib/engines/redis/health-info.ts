import type { NodeFacts } from '../../fleet/sighting.ts'

export type Info = ReadonlyMap<string, string>

/** What is asked of INFO; everything else of it is left out. */
export const SECTIONS = ['server', 'replication', 'memory', 'persistence', 'cluster'] as const

export function parseInfo(text: string): Info {
  const pairs = text.split(/\r?\n/).flatMap((line): [string, string][] => {
    const colon = line.indexOf(':')
    return line.startsWith('#') || colon < 1 ? [] : [[line.slice(0, colon), line.slice(colon + 1)]]
  })
  return new Map(pairs)
}

type Told = Required<
  Pick<
    NodeFacts,
    | 'role'
    | 'version'
    | 'runId'
    | 'uptimeMs'
    | 'replication'
    | 'replicationId'
    | 'lagBytes'
    | 'memory'
    | 'persistence'
    | 'clustered'
  >
>

const NOTHING: Told = {
  role: null,
  version: null,
  runId: null,
  uptimeMs: null,
  replication: null,
  replicationId: null,
  lagBytes: null,
  memory: null,
  persistence: null,
  clustered: null,
}

/** `role`: what it is called when it is no replica. `savesAt`: the points of its configuration, if it may be asked. */
export function factsOf(info: Info | null, role: string, savesAt: string | null): Told {
  if (!info) return NOTHING
  const uptime = numberOf(info, 'uptime_in_seconds')
  return {
    role: isReplica(info) ? 'replica' : role,
    version: info.get('redis_version') ?? info.get('valkey_version') ?? null,
    runId: info.get('run_id') ?? null,
    uptimeMs: uptime === null ? null : uptime * 1000,
    replication: replicationWords(info),
    replicationId: info.get('master_replid') ?? null,
    lagBytes: lagOf(info),
    memory: memoryOf(info),
    persistence: persistenceOf(info, savesAt),
    clustered: info.has('cluster_enabled') ? info.get('cluster_enabled') === '1' : null,
  }
}

const isReplica = (info: Info): boolean => info.get('role') === 'slave'

function numberOf(info: Info, key: string): number | null {
  const value = Number(info.get(key) ?? Number.NaN)
  return Number.isFinite(value) ? value : null
}

/** How replication stands, in words; null where there is none. */
function replicationWords(info: Info): string | null {
  if (isReplica(info)) {
    const of = `${info.get('master_host')}:${info.get('master_port')}`
    if (info.get('master_link_status') !== 'up') return `cut off from ${of}`
    return `copies ${of}, heard ${info.get('master_last_io_seconds_ago') ?? '?'} s ago`
  }
  const replicas = replicasOf(info)
  if (replicas.length === 0) return null
  const silences = replicas.map((line) => Number(/lag=(\d+)/.exec(line)?.[1] ?? 0))
  const count = replicas.length === 1 ? '1 replica' : `${replicas.length} replicas`
  return `${count}, heard ${Math.max(0, ...silences)} s ago`
}

const replicasOf = (info: Info): string[] =>
  [...info].flatMap(([key, value]) => (/^slave\d+$/.test(key) ? [value] : []))

/** What a replica has not yet read of what it heard of, or what the farthest of a primary's replicas has not confirmed. */
function lagOf(info: Info): number | null {
  const written = numberOf(info, 'master_repl_offset')
  if (isReplica(info)) {
    const done = numberOf(info, 'slave_repl_offset')
    const heard = numberOf(info, 'slave_read_repl_offset') ?? done
    return done === null || heard === null ? null : Math.max(0, heard - done)
  }
  const confirmed = replicasOf(info).flatMap((line) => {
    const offset = /offset=(\d+)/.exec(line)?.[1]
    return offset === undefined ? [] : [Number(offset)]
  })
  return written === null || confirmed.length === 0 ? null : Math.max(0, written - Math.min(...confirmed))
}

function memoryOf(info: Info): Told['memory'] {
  const usedBytes = numberOf(info, 'used_memory')
  if (usedBytes === null) return null
  const max = numberOf(info, 'maxmemory')
  return {
    usedBytes,
    maxBytes: max !== null && max > 0 ? max : null,
    policy: info.get('maxmemory_policy') ?? null,
  }
}

/** Of snapshots INFO tells only that there were some: whether there will be any, the configuration has to say. */
function persistenceOf(info: Info, savesAt: string | null): Told['persistence'] {
  if (!info.has('aof_enabled') && savesAt === null) return null
  const failed = ['rdb_last_bgsave_status', 'aof_last_write_status', 'aof_last_bgrewrite_status']
  const saves = numberOf(info, 'rdb_saves')
  return {
    snapshots: savesAt === null ? (saves !== null && saves > 0 ? true : null) : savesAt.trim() !== '',
    appendOnly: info.has('aof_enabled') ? info.get('aof_enabled') === '1' : null,
    failing: failed.some((key) => info.get(key) === 'err'),
  }
}
