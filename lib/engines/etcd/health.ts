import type { Probe } from '../roles.ts'
import { askOne, type Member } from './members.ts'

export function probeEtcd(member: Member): Probe {
  return {
    node: member.name,
    async facts() {
      const sentAt = performance.now()
      const status = await askOne(member.client, (client, options) => client.maintenance.status(options))
      const { leader, header, version, raftTerm, dbSize } = status
      return {
        role: leader === '0' ? 'without a leader' : leader === header.member_id ? 'leader' : 'follower',
        version,
        // A member keeps its id when it is started again: nothing tells one process from the next.
        runId: null,
        uptimeMs: null,
        latencyMs: performance.now() - sentAt,
        clockOffsetMs: null,
        quarantinedMs: null,
        replication: `at index ${status.raftIndex}, database ${(Number(dbSize) / 1e6).toFixed(1)} MB`,
        term: raftTerm,
      }
    },
  }
}
