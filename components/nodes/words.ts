import type { FleetBackend, FleetNode } from '@/lib/fleet/node.ts'
import { clock, counted, duration, latency, number, setting, spoken } from '../ui/format.ts'

export const allNodes = (backends: readonly FleetBackend[]): FleetNode[] =>
  backends.flatMap((backend) => backend.nodes)

export const silentNodes = (backends: readonly FleetBackend[]): FleetNode[] =>
  allNodes(backends).filter((node) => node.state === 'no-answer' || node.state === 'unknown')

/** The foot of every page: what was asked, and by name what gave no answer. */
export function coverageWords(backends: readonly FleetBackend[]): string {
  const asked = `${counted(backends.length, 'backend')}, ${counted(allNodes(backends).length, 'node')} asked.`
  const silent = silentNodes(backends)
  if (silent.length === 0) return `${asked} All answered.`
  const names = allNodes(backends).map(({ name }) => name)
  const told = silent.map((node) => {
    const isAlone = names.indexOf(node.name) === names.lastIndexOf(node.name)
    return isAlone ? node : { ...node, name: `${node.backend}/${node.name}` }
  })
  const [first] = told
  if (told.length === 1 && first !== undefined)
    return `${asked} ${silentWords(first)}, its votes are shown as unknown.`
  const who = told.length > 3 ? counted(told.length, 'node') : spoken(told.map((node) => node.name))
  return `${asked} ${who} gave no answer, their votes are shown as unknown.`
}

export const silentWords = (node: Pick<FleetNode, 'name' | 'lastAnswerAt'>): string =>
  node.lastAnswerAt === null
    ? `${node.name} has not answered yet`
    : `${node.name} has not answered since ${clock(Date.parse(node.lastAnswerAt))}`

/** The page's title is the finding. */
export function nodesTitle(backends: readonly FleetBackend[]): string {
  const nodes = allNodes(backends)
  const silent = silentNodes(backends).length
  const quarantined = nodes.filter((node) => node.state === 'quarantined').length
  const found = [
    ...(silent > 0 ? [`${silent} silent`] : []),
    ...(quarantined > 0 ? [`${quarantined} in quarantine`] : []),
  ]
  return [counted(nodes.length, 'node'), ...(found.length > 0 ? found : ['all answer'])].join(', ')
}

export function quorumWords(backends: readonly FleetBackend[]): string {
  const without = lostBackends(backends)
  if (without.length === 0) return 'Every backend can grant locks now.'
  return `${spoken(without.map((backend) => backend.id))} ${without.length === 1 ? 'has' : 'have'} too few voting nodes to grant a lock.`
}

/** Backends of which nobody can say who holds what: their locks are not free, and not among those that are counted. */
export const lostBackends = <T extends Pick<FleetBackend, 'quorum'>>(backends: readonly T[]): T[] =>
  backends.filter(({ quorum }) => quorum.answering < quorum.needed)

export interface Margin {
  grave: 'fine' | 'thin' | 'lost'
  says: string
}

/** How much more a backend can lose. */
export function marginOf(backend: FleetBackend): Margin {
  const { needed, of, answering } = backend.quorum
  if (answering < needed) return { grave: 'lost', says: of === 1 ? 'No answer' : 'No quorum' }
  if (backend.canLose === null) return { grave: 'fine', says: 'Single primary' }
  if (backend.canLose === 0) return { grave: 'thin', says: 'Can lose none' }
  return {
    grave: answering < of ? 'thin' : 'fine',
    says: `Can lose ${backend.canLose}${answering < of ? ' more' : ''}`,
  }
}

/** What qualifies the margin, from the nodes. */
export function marginNote(backend: FleetBackend): string {
  const silent = silentNodes([backend])
  if (silent.length > 0) return `${spoken(silent.map((node) => node.name))} silent`
  const quarantined = backend.nodes.filter((node) => node.state === 'quarantined')
  if (quarantined.length > 0) return `${spoken(quarantined.map((node) => node.name))} in quarantine`
  const term = backend.nodes.find((node) => node.term !== null)?.term
  const slowest = Math.max(...backend.nodes.map((node) => node.latencyMs?.p99 ?? -1))
  return [...(term ? [`term ${term}`] : []), ...(slowest >= 0 ? [`p99 ${latency(slowest)}`] : [])].join(', ')
}

export const quorumNote = ({ quorum, canLose }: FleetBackend): string =>
  canLose === null && quorum.of === 1
    ? `${quorum.answering} of 1 answers`
    : `quorum ${quorum.needed} of ${quorum.of}, ${quorum.answering} vote`

/** What more is known of a backend: how it is read, what that costs it, and how long a hold may last; or why it can't be. */
export function readingWords({ reading, cost, maxTtlMs, trouble }: FleetBackend): string {
  if (trouble) return trouble
  const how = reading === 'pushed' ? 'changes are pushed' : 'changes are found by sweeping'
  const spent =
    cost === undefined
      ? []
      : [`${number(Math.round(cost.perSecond))} of ${number(cost.budget)} commands/s spent on it`]
  const longest = maxTtlMs === undefined ? [] : [`longest TTL ${setting(maxTtlMs)}`]
  return [...longest, how, ...spent].join(', ')
}

/** `1.8 GB`, in units of thousands as disks and servers tell them. */
export function size(bytes: number): string {
  if (bytes < 1e3) return `${Math.round(bytes)}\u00a0B`
  if (bytes < 1e6) return `${Math.round(bytes / 1e3)}\u00a0kB`
  if (bytes < 1e9) return `${Math.round(bytes / 1e6)}\u00a0MB`
  return `${(bytes / 1e9).toFixed(1)}\u00a0GB`
}

/** A fact as it is shown: in plain ink, or in that of what is wrong with it. */
export interface Fact {
  says: string
  grave: 'fine' | 'risk' | 'alarm' | 'unknown'
}

const NOT_TOLD: Fact = { says: 'not told', grave: 'unknown' }

export interface Store extends Fact {
  used: string
  /** Of what there is; null when it has no bound, or that is not known. */
  part: number | null
}

/** How full it is, and what happens then; null where there is nothing to tell. */
export function storeOf({ memory, raft, engine }: FleetNode): Store | null {
  if (engine === 'memory') return { used: 'in this process', part: null, says: '', grave: 'fine' }
  if (raft) {
    const { dbBytes, quotaBytes, alarms } = raft
    return {
      used: size(dbBytes),
      part: quotaBytes === null ? null : dbBytes / quotaBytes,
      says: [
        ...(quotaBytes === null ? [] : [`quota ${size(quotaBytes)}`]),
        ...(alarms.length > 0 ? [`alarm ${alarms.join(', ')}`] : []),
      ].join(', '),
      grave: alarms.length > 0 ? 'alarm' : 'fine',
    }
  }
  if (!memory) return null
  const { usedBytes, maxBytes, policy } = memory
  const evicts = policy !== null && policy !== 'noeviction' && maxBytes !== null
  return {
    used: size(usedBytes),
    part: maxBytes === null ? null : usedBytes / maxBytes,
    says: maxBytes === null ? 'no limit' : (policy ?? 'policy not told'),
    grave: evicts ? 'risk' : 'fine',
  }
}

/** What survives a restart. */
export function keptOf({ persistence, engine }: FleetNode): Fact {
  if (engine === 'etcd') return { says: 'synced log', grave: 'fine' }
  if (engine === 'memory') return { says: 'none', grave: 'fine' }
  if (!persistence) return NOT_TOLD
  const { snapshots, appendOnly, failing } = persistence
  if (failing) return { says: 'saving fails', grave: 'alarm' }
  if (appendOnly === true)
    return { says: snapshots ? 'append-only, snapshots' : 'append-only', grave: 'fine' }
  if (snapshots === true) return { says: 'snapshots', grave: 'fine' }
  return snapshots === false ? { says: 'none', grave: 'risk' } : { says: 'not append-only', grave: 'unknown' }
}

/** Less is only on its way. */
const FAR_BEHIND = 10_000

/** How it stands to the others: its term, whom it copies, how far it is behind. */
export function standingOf(node: FleetNode): Fact {
  const { term, replication, lagBytes, raft } = node
  const cutOff = replication?.startsWith('cut off') === true
  const says = [
    ...(term === null ? [] : [`term ${term}`]),
    ...(raft?.isLearner ? ['learner'] : []),
    ...(raft && raft.leader === null ? ['no leader'] : []),
    ...(replication === null ? [] : [replication]),
    ...(lagBytes && lagBytes >= FAR_BEHIND ? [`${size(lagBytes)} behind`] : []),
  ].join(', ')
  const leaderless = raft !== null && raft !== undefined && raft.leader === null
  return { says: says || 'none', grave: leaderless ? 'alarm' : cutOff ? 'risk' : 'fine' }
}

export const uptime = (ms: number | null): string => (ms === null ? '–' : duration(ms))

/** Production or what else it is; a demo fleet says so even when nobody named it. */
export const environmentOf = ({ environment, demo }: FleetBackend): string | null =>
  environment ?? (demo ? 'demo' : null)

/** A cluster that answers as one has no votes of its members to tell apart. */
export const roleWords = (node: FleetNode, backend: FleetBackend): string => {
  const role = node.role ?? 'role unknown'
  return node.votes || !backend.nodes.some((one) => one.votes) ? role : `${role}, no vote`
}
