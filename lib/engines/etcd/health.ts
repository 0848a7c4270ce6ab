import type { RaftFacts } from '../../fleet/sighting.ts'
import type { Probe } from '../roles.ts'
import { type OwnMetrics, ownMetrics } from './health-metrics.ts'
import { askOne, type Member } from './members.ts'
import { MemberTrouble, wordsOf } from './members-trouble.ts'

/** Who is in the cluster, and what a member says of itself besides, changes seldom. */
const LOOK_ROUND_EVERY_MS = 10_000

interface Round {
  at: number
  /** Names by id. */
  members: ReadonlyMap<string, string> | null
  own: OwnMetrics | null
}

type Status = Awaited<ReturnType<Member['client']['maintenance']['status']>>

export function probeEtcd(member: Member): Probe {
  let round: Round | null = null
  const lookRound = async (): Promise<Round> => {
    const [members, own] = await Promise.all([namesOf(member), ownMetrics(member)])
    return { at: performance.now(), members, own }
  }
  return {
    node: member.name,
    async facts() {
      try {
        const sentAt = performance.now()
        const status = await askOne(member.client, (client, options) => client.maintenance.status(options))
        const latencyMs = performance.now() - sentAt
        if (!round || performance.now() - round.at > LOOK_ROUND_EVERY_MS) round = await lookRound()
        return { ...said(status, round), latencyMs }
      } catch (error) {
        // It may be another process when it answers again.
        round = null
        throw error instanceof MemberTrouble ? error : new MemberTrouble(wordsOf(error), { cause: error })
      }
    },
  }
}

function said(status: Status, { members, own }: Round) {
  const { leader, header, version, raftTerm, dbSize, raftIndex } = status
  const lacks: string[] = []
  if (!members) lacks.push('the list of members')
  if (!own) lacks.push('/metrics, which tells the quota and since when it runs')
  const isLeader = leader === header.member_id
  const raft: RaftFacts = {
    leader: leader === '0' ? null : (members?.get(leader) ?? null),
    isLeader,
    isLearner: status.isLearner === true,
    index: raftIndex,
    dbBytes: Number(dbSize),
    quotaBytes: own?.quotaBytes ?? null,
    alarms: alarmsIn(status.errors ?? [], header.member_id, members),
    members: members?.size ?? 0,
  }
  return {
    role: leader === '0' ? 'without a leader' : isLeader ? 'leader' : raft.isLearner ? 'learner' : 'follower',
    version,
    runId: own ? `${header.member_id}@${own.startedAt}` : null,
    uptimeMs: own ? Math.max(0, Date.now() - own.startedAt) : null,
    clockOffsetMs: null,
    quarantinedMs: null,
    replication: `at index ${raftIndex}, database ${(Number(dbSize) / 1e6).toFixed(1)} MB`,
    term: raftTerm,
    replicationId: header.cluster_id,
    raft,
    lacks,
  }
}

const ALARM = /memberID:(\d+) alarm:(\w+)/
const NO_LEADER = /no leader/

/**
 * As a status says them: `memberID:5 alarm:NOSPACE `, of all members; those of others with their names. That there is no leader
 * is told by itself.
 */
function alarmsIn(errors: readonly string[], own: string, members: Round['members']): string[] {
  return errors.flatMap((error) => {
    const [, id, alarm] = ALARM.exec(error) ?? []
    if (id === undefined || alarm === undefined)
      return NO_LEADER.test(error) ? [] : [error.trim().slice(0, 100)]
    return [id === own ? alarm : `${alarm} (${members?.get(id) ?? 'another member'})`]
  })
}

/** Null when it may not tell. */
async function namesOf(member: Member): Promise<Round['members']> {
  try {
    const { members } = await askOne(member.client, (client, options) =>
      client.cluster.memberList({}, options),
    )
    return new Map(members.map(({ ID, name }) => [ID, name]))
  } catch {
    return null
  }
}
