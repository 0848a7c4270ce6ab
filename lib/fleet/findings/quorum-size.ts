import type { FindingRule, Found, Looked } from './rule.ts'
import { counted, namesOf } from './words.ts'

export const quorumSize: FindingRule = {
  id: 'W3',
  name: 'quorum-size',
  looksFor: 'a quorum that is even, small or thinned out',
  find(looked) {
    return [...even(looked), ...thin(looked), ...leaderless(looked)]
  },
}

function even({ backend }: Looked): Found[] {
  const { of, needed } = backend.quorum
  if (of < 2 || of % 2 === 1) return []
  return [
    {
      name: 'even-quorum',
      severity: 'note',
      node: null,
      says: `${of} voters can lose no more than ${of - 1} could, and split more often.`,
      evidence: [`${needed} of ${of} needed`, `so it can lose ${of - needed}`],
      suggests: `Use ${of - 1} or ${of + 1}`,
    },
  ]
}

function thin({ backend, voters }: Looked): Found[] {
  const { of, needed, answering } = backend.quorum
  if (of < 2 || answering === of) return []
  const voting = voters.length > 0 ? voters : backend.nodes
  const missing = voting.filter(({ state }) => state !== 'answers')
  const left = answering - needed
  return [
    {
      name: 'thin-quorum',
      severity: left < 0 ? 'alarm' : left === 0 ? 'risk' : 'note',
      node: null,
      says:
        left < 0
          ? `Only ${answering} of ${of} voters are left: nobody is granted a lock.`
          : `${answering} of ${of} voters are left: lose ${left === 0 ? 'one' : left + 1} more and nobody is granted a lock.`,
      evidence: [`${needed} needed`, `${namesOf(missing)} ${missing.length === 1 ? 'does' : 'do'} not vote`],
      suggests: `Bring ${counted(missing.length, 'node')} back or replace ${missing.length === 1 ? 'it' : 'them'}`,
    },
  ]
}

function leaderless({ backend, known }: Looked): Found[] {
  if (backend.kind !== 'etcd') return []
  const without = known.filter(({ raft }) => raft && raft.leader === null)
  if (without.length === 0) return []
  return [
    {
      name: 'without-leader',
      severity: 'alarm',
      node: without.length === 1 ? (without[0]?.name ?? null) : null,
      says: 'It has no leader: nobody is granted a lock, and leases stand still.',
      evidence: [`${namesOf(without)} ${without.length === 1 ? 'knows' : 'know'} of none`],
      suggests: 'Bring a majority of its members back',
    },
  ]
}
