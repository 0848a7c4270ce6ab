import { describe, expect, test } from 'vitest'
import type { Finding } from '@/lib/fleet/finding.ts'
import { type FleetBackend, type FleetNode, nodesPageSchema } from '@/lib/fleet/node.ts'
import { grouped } from './finding-words.ts'
import {
  coverageWords,
  keptOf,
  marginOf,
  nodesTitle,
  quorumWords,
  readingWords,
  roleWords,
  standingOf,
  storeOf,
} from './words.ts'

const node = (name: string, more: Partial<FleetNode> = {}): FleetNode => ({
  id: `payments/${name}`,
  backend: 'payments',
  name,
  engine: 'redis',
  address: '127.0.0.1:1',
  state: 'answers',
  since: null,
  lastAnswerAt: '2026-11-21T03:12:09.000Z',
  votes: true,
  role: 'voter',
  version: '7.0.15',
  runId: null,
  uptimeMs: 1,
  latencyMs: null,
  clockOffsetMs: null,
  quarantinedMs: null,
  replication: null,
  term: null,
  ...more,
})

function backend(nodes: FleetNode[], more: Partial<FleetBackend> = {}): FleetBackend {
  const voters = nodes.filter((one) => one.votes)
  const answering = voters.filter((one) => one.state === 'answers').length
  const needed = Math.floor(voters.length / 2) + 1
  const made: FleetBackend = {
    id: 'payments',
    kind: 'redlock',
    environment: null,
    demo: false,
    nodes,
    quorum: { needed, of: voters.length, answering },
    canLose: Math.max(0, answering - needed),
    reading: 'pushed',
    sweptAt: null,
    ...more,
  }
  return nodesPageSchema.parse({ backends: [made], now: '2026-11-21T03:14:22.000Z' }).backends[0] ?? made
}

const silent = (name: string) => node(name, { state: 'no-answer' })

describe('what did not answer', () => {
  test('is named with the time of its last answer', () => {
    expect(coverageWords([backend([node('r1'), silent('r4')])])).toBe(
      '1 backend, 2 nodes asked. r4 has not answered since 03:12:09, its votes are shown as unknown.',
    )
  })

  test('is named with its backend where the name alone would not tell which', () => {
    const other = { ...backend([node('primary')]), id: 'jobs' }
    expect(coverageWords([backend([silent('primary')]), other])).toContain('asked. payments/primary has not')
  })

  test('is counted when there is too much of it', () => {
    const nodes = ['a', 'b', 'c', 'd'].map(silent)
    expect(coverageWords([backend(nodes)])).toContain('4 nodes gave no answer')
  })

  test('a node that was never heard counts as silent', () => {
    expect(nodesTitle([backend([node('r1', { state: 'unknown' })])])).toBe('1 node, 1 silent')
  })
})

describe('the margin of a backend', () => {
  const five = (dead: number) =>
    backend(['r1', 'r2', 'r3', 'r4', 'r5'].map((name, i) => (i < dead ? silent(name) : node(name))))

  test.each([
    [0, 'Can lose 2', 'fine'],
    [1, 'Can lose 1 more', 'thin'],
    [2, 'Can lose none', 'thin'],
    [3, 'No quorum', 'lost'],
  ])('with %d dead nodes of five: %s', (dead, says, grave) => {
    expect(marginOf(five(dead))).toEqual({ says, grave })
  })

  test('a single primary has none to lose, and its silence is told', () => {
    const single = (state: FleetNode['state']) => backend([node('primary', { state })], { canLose: null })
    expect(marginOf(single('answers')).says).toBe('Single primary')
    expect(marginOf(single('no-answer'))).toEqual({ grave: 'lost', says: 'No answer' })
  })

  test('a backend that can’t grant is named', () => {
    expect(quorumWords([five(3)])).toBe('payments has too few voting nodes to grant a lock.')
  })
})

test('a replica has no vote, but a cluster that answers as one has none to tell apart', () => {
  const replica = node('replica', { votes: false, role: 'replica' })
  expect(roleWords(replica, backend([node('primary'), replica]))).toBe('replica, no vote')
  const member = node('a', { votes: false, role: 'leader' })
  expect(roleWords(member, backend([member], { quorum: { needed: 2, of: 3, answering: 3 } }))).toBe('leader')
})

const plain = (words: string | undefined) => words?.replaceAll('\u00a0', ' ')

describe('the facts of a node', () => {
  test('its memory, with the policy that may drop locks pointed out', () => {
    const of = (maxBytes: number | null, policy: string | null) =>
      storeOf(node('r1', { memory: { usedBytes: 1.84e9, maxBytes, policy } }))
    expect(of(4e9, 'noeviction')).toMatchObject({ part: 0.46, says: 'noeviction', grave: 'fine' })
    expect(plain(of(4e9, 'noeviction')?.used)).toBe('1.8 GB')
    expect(of(4e9, 'allkeys-lru')).toMatchObject({ says: 'allkeys-lru', grave: 'risk' })
    expect(of(null, 'allkeys-lru')).toMatchObject({ part: null, says: 'no limit', grave: 'fine' })
    expect(storeOf(node('r1'))).toBeNull()
    expect(storeOf(node('m1', { engine: 'memory' }))).toMatchObject({
      used: 'in this process',
      grave: 'fine',
    })
  })

  test('what survives a restart; not told is not none', () => {
    const of = (snapshots: boolean | null, appendOnly: boolean | null, failing = false) =>
      keptOf(node('r1', { persistence: { snapshots, appendOnly, failing } }))
    expect(of(true, true)).toEqual({ says: 'append-only, snapshots', grave: 'fine' })
    expect(of(false, false)).toEqual({ says: 'none', grave: 'risk' })
    expect(of(null, false)).toEqual({ says: 'not append-only', grave: 'unknown' })
    expect(of(true, true, true)).toEqual({ says: 'saving fails', grave: 'alarm' })
    expect(keptOf(node('r1'))).toEqual({ says: 'not told', grave: 'unknown' })
  })

  test('how it stands to the others', () => {
    expect(standingOf(node('r1'))).toEqual({ says: 'none', grave: 'fine' })
    const behind = node('r1', { replication: 'copies db:1, heard 0 s ago', lagBytes: 30_000 })
    expect(plain(standingOf(behind).says)).toBe('copies db:1, heard 0 s ago, 30 kB behind')
    expect(standingOf(node('r1', { replication: 'cut off from db:1' })).grave).toBe('risk')
    const raft = { isLeader: false, isLearner: true, index: '1', dbBytes: 2.4e8, quotaBytes: 2e9, members: 3 }
    const member = node('a', { term: '48', raft: { ...raft, leader: null, alarms: ['NOSPACE'] } })
    expect(standingOf(member)).toEqual({ says: 'term 48, learner, no leader', grave: 'alarm' })
    expect(plain(storeOf(member)?.says)).toBe('quota 2.0 GB, alarm NOSPACE')
  })

  test('what reading it costs, how long a hold may last, and why it can not be read', () => {
    const made = backend([node('r1')], { cost: { perSecond: 38.2, budget: 20_000 }, maxTtlMs: 480_000 })
    expect(plain(readingWords(made))).toBe(
      'longest TTL 8 m, changes are pushed, 38 of 20,000 commands/s spent on it',
    )
    expect(readingWords({ ...made, trouble: 'wrong password' })).toBe('wrong password')
  })
})

test('what several nodes have in common is said once, and what is different by its place', () => {
  const about = (backend: string, node: string, used: string): Finding => ({
    ...{ id: 'W8', name: 'evicts-keys', severity: 'risk', backend, node },
    ...{ says: 'It may drop locks.', evidence: [used, 'policy allkeys-lru'], suggests: 'Set it' },
  })
  const [group, ...more] = grouped([
    about('a', 'n1', '1 MB'),
    about('a', 'n2', '2 MB'),
    about('b', 'n1', '3 MB'),
  ])
  expect(more).toEqual([])
  expect(group?.places).toEqual(['a/n1, n2', 'b/n1'])
  expect(group?.evidence).toEqual(['policy allkeys-lru', 'n1: 1 MB', 'n2: 2 MB', 'n1: 3 MB'])
})
