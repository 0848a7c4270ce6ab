import type { FleetNode } from '../node.ts'
import type { FindingRule, Found, Looked } from './rule.ts'
import { hostOf, listed, namesOf } from './words.ts'

/** Votes that fall together are one vote. */
export const notIndependent: FindingRule = {
  id: 'W4',
  name: 'not-independent',
  looksFor: 'voters of a quorum that are not independent of each other',
  find(looked) {
    if (looked.backend.kind !== 'redlock') return []
    const same = sameServer(looked)
    return [...same, ...(same.length > 0 ? [] : copies(looked)), ...sameHost(looked)]
  },
  misses({ backend, known, voters }) {
    const silent = voters.filter((node) => known.includes(node) && node.runId === null)
    return backend.kind === 'redlock' && silent.length > 0
      ? `${namesOf(silent)} may not be asked who they are`
      : null
  },
}

const sameServer = ({ known, voters }: Looked): Found[] =>
  alike(
    voters.filter((node) => known.includes(node)),
    ({ runId }) => runId,
  ).map((nodes) => ({
    name: 'same-server',
    severity: 'alarm',
    node: null,
    says: `${namesOf(nodes)} are one and the same server: it votes ${nodes.length === 2 ? 'twice' : `${nodes.length} times`}.`,
    evidence: ['they have the same run id', `at ${listed(nodes.map(({ address }) => address))}`],
    suggests: 'Give every voter a server of its own',
  }))

const copies = ({ known, voters }: Looked): Found[] =>
  alike(
    voters.filter((node) => known.includes(node)),
    ({ replicationId }) => replicationId ?? null,
  ).map((nodes) => ({
    name: 'same-data',
    severity: 'alarm',
    node: null,
    says: `${namesOf(nodes)} are copies of one data set: a vote for one becomes a vote of all.`,
    evidence: ['they have the same replication id'],
    suggests: 'Give every voter data of its own: no replication between them',
  }))

function sameHost({ backend, voters }: Looked): Found[] {
  if (backend.demo) return []
  return alike(voters, ({ address }) => hostOf(address)).map((nodes) => {
    const majority = nodes.length >= backend.quorum.needed
    return {
      name: 'same-host',
      severity: majority ? 'risk' : 'note',
      node: null,
      says: `${namesOf(nodes)} are on one host${majority ? ': when it stops, nobody is granted a lock' : ' and stop together'}.`,
      evidence: [`${nodes.length} of ${voters.length} voters on ${hostOf(nodes[0]?.address ?? '')}`],
      suggests: 'Spread the voters over hosts',
    }
  })
}

/** Groups of more than one with the same answer; who gave none belongs to no group. */
function alike(nodes: readonly FleetNode[], by: (node: FleetNode) => string | null): FleetNode[][] {
  const groups = new Map<string, FleetNode[]>()
  for (const node of nodes) {
    const key = by(node)
    if (key !== null) groups.set(key, [...(groups.get(key) ?? []), node])
  }
  return [...groups.values()].filter((group) => group.length > 1)
}
