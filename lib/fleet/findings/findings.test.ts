import { describe, expect, it } from 'vitest'
import type { Brief } from '../brief.ts'
import { checkSchema, findingSchema } from '../finding.ts'
import { at, T0 } from '../test-locks.ts'
import { findFindings, findingRules } from './index.ts'
import { NO_LOCKS, Summaries } from './summary.ts'
import { backend, found, names, node, quorum, single } from './test-fleet.ts'

const replica = node('replica', {
  role: 'replica',
  votes: false,
  replication: 'copies primary:6379, heard 0 s ago',
})

describe('findings about the set-up', () => {
  it('are none for a quorum that is well, and every rule says that it looked', () => {
    const { findings, checks } = findFindings({
      ...{ backends: [quorum()], now: T0, locksOf: (id) => new Summaries(T0).of(id) },
    })
    expect(findings).toEqual([])
    expect(checks.map(({ id }) => id)).toEqual(findingRules.map(({ id }) => id))
    expect(new Set(checks.map(({ outcome }) => outcome))).toEqual(new Set(['clear']))
    for (const check of checks) expect(checkSchema.parse(check)).toEqual(check)
    expect(new Set(findingRules.map(({ id }) => id)).size).toBe(24)
  })

  it('say what is the matter, why they think so and what to do, the worst first', () => {
    const all = found(quorum({ uptimeMs: 12_000, persistence: null }, { role: 'replica' }))
    expect(all.map(({ id }) => id)).toEqual(['W5', 'W7'])
    expect(all[1]).toEqual({
      id: 'W7',
      name: 'restarted',
      severity: 'risk',
      backend: 'b',
      node: 'r1',
      says: 'It restarted 12 s ago: clients that held a lock may not be alone any more.',
      evidence: ['up for 12 s', 'a hold may last 60 s'],
      suggests: 'Keep it out until it is up for 60 s',
    })
    for (const one of all) expect(findingSchema.parse(one)).toEqual(one)
  })

  it('W1: one server without a copy, also a cluster of one member', () => {
    expect(names(single())).toEqual(['W1 single-point note primary'])
    expect(names(single({}, [replica]))).not.toContain('W1 single-point note primary')
    expect(names(single({ clustered: true }))).toEqual([])
    const raft = { leader: 'm1', isLeader: true, isLearner: false, index: '1', dbBytes: 1, quotaBytes: null }
    const member = (members: number) =>
      backend([node('m1', { votes: false, raft: { ...raft, alarms: [], members } })], { kind: 'etcd' })
    expect(names(member(1))).toEqual(['W1 single-point note m1'])
    expect(names(member(3))).toEqual([])
  })

  it('W2: a failover that can lose the newest locks', () => {
    const primary = single({ replication: '1 replica, heard 0 s ago' }, [replica])
    expect(names(primary)).toEqual(['W2 async-failover risk'])
  })

  it('W3: a quorum that is even, thin or without a leader', () => {
    const four = ['r1', 'r2', 'r3', 'r4'].map((name) => node(name))
    expect(names(backend(four))).toEqual(['W3 even-quorum note'])
    const silent = { state: 'no-answer', trouble: 'refused' } as const
    expect(names(quorum(silent))).toContain('W3 thin-quorum risk')
    expect(names(quorum(silent, silent))).toContain('W3 thin-quorum alarm')
    expect(found(quorum(silent))[0]?.says).toBe(
      '2 of 3 voters are left: lose one more and nobody is granted a lock.',
    )
    const five = ['r1', 'r2', 'r3', 'r4'].map((name) => node(name))
    expect(names(backend([...five, node('r5', silent)]))).toContain('W3 thin-quorum note')
    const raft = { leader: null, isLeader: false, isLearner: false, index: '1', dbBytes: 1, quotaBytes: null }
    const members = ['a', 'b', 'c'].map((name) =>
      node(name, { votes: false, raft: { ...raft, alarms: [], members: 3 } }),
    )
    expect(names(backend(members, { kind: 'etcd' }))).toEqual(['W3 without-leader alarm'])
  })

  it('W4: voters that are one server, copies of each other, or on one host', () => {
    expect(names(quorum({ runId: 'same' }, { runId: 'same' }))).toEqual(['W4 same-server alarm'])
    expect(names(quorum({ replicationId: 'x' }, {}, { replicationId: 'x' }))).toEqual(['W4 same-data alarm'])
    const host = { address: '10.0.0.1:1' }
    expect(names(quorum(host, { address: '10.0.0.1:2' }))).toEqual(['W4 same-host risk'])
    expect(names({ ...quorum(host, host), demo: true })).toEqual([])
    expect(names(quorum({ runId: null }, { runId: null }))).toEqual([])
  })

  it('W5: replicas and shares of a cluster that vote', () => {
    expect(names(quorum({ role: 'replica' }))).toEqual(['W5 replica-votes alarm r1'])
    expect(names(quorum({ clustered: true }))).toEqual(['W5 cluster-votes alarm r1'])
    expect(names(single({}, [replica]))).toEqual([])
  })

  it('W6: servers that forget, or fail to write', () => {
    const kept = (snapshots: boolean | null, appendOnly: boolean, failing = false) =>
      names(quorum({ persistence: { snapshots, appendOnly, failing } }))
    expect(kept(false, false)).toEqual(['W6 no-persistence risk r1'])
    expect(kept(null, false)).toEqual(['W6 no-persistence note r1'])
    expect(kept(true, false)).toEqual(['W6 snapshots-only note r1'])
    expect(kept(false, true)).toEqual([])
    expect(kept(true, true, true)).toEqual(['W6 saves-fail alarm r1'])
  })

  it('W7: voters in quarantine or just restarted', () => {
    expect(names(quorum({ state: 'quarantined', quarantinedMs: 26_000 }))).toContain('W7 quarantined note r1')
    const restarted = { uptimeMs: 12_000, persistence: null }
    expect(names(quorum(restarted))).toEqual(['W7 restarted risk r1'])
    expect(names({ ...quorum(restarted), maxTtlMs: 10_000 })).toEqual([])
    expect(names(quorum({ uptimeMs: 12_000 }))).toEqual([])
  })

  it('W8: servers that drop keys or run full', () => {
    const full = (usedBytes: number, policy: string, maxBytes: number | null = 1e9) =>
      names(quorum({ memory: { usedBytes, maxBytes, policy } }))
    expect(full(1e8, 'allkeys-lru')).toEqual(['W8 evicts-keys risk r1'])
    expect(full(9.5e8, 'volatile-ttl')).toEqual(['W8 evicts-keys alarm r1'])
    expect(full(9.5e8, 'noeviction')).toEqual(['W8 memory-short risk r1'])
    expect(full(9.5e8, 'allkeys-lru', null)).toEqual([])
    const raft = { leader: 'a', isLeader: true, isLearner: false, index: '1', members: 3 }
    const store = (dbBytes: number, alarms: string[]) =>
      names(
        backend([node('a', { votes: false, raft: { ...raft, dbBytes, quotaBytes: 1e9, alarms } })], {
          kind: 'etcd',
        }),
      )
    expect(store(1e8, ['NOSPACE'])).toEqual(['W8 store-full alarm a'])
    expect(store(9.5e8, [])).toEqual(['W8 store-almost-full risk a'])
    expect(store(1e8, ['CORRUPT'])).toEqual(['W14 corrupt-member alarm a'])
  })

  it('W9: clocks that are off', () => {
    expect(names(quorum({ clockOffsetMs: -700 }))).toEqual(['W9 clock-off risk r1'])
    expect(found(quorum({ clockOffsetMs: 542_000 }))[0]).toMatchObject({
      severity: 'alarm',
      says: 'Its clock is 9 min ahead of the console’s. If it jumped, its locks ended early.',
    })
  })

  it('W9: the console’s own clock, when all nodes agree on another time', () => {
    const ahead = (ms: number) => ({ clockOffsetMs: ms })
    expect(found(quorum(ahead(700), ahead(710), ahead(690)))).toMatchObject([
      {
        name: 'console-clock-off',
        says: 'The console’s own clock is 0.7 s behind: all nodes agree on another time.',
      },
    ])
    expect(names(quorum(ahead(700), ahead(710), ahead(1)))).toEqual([
      'W9 clock-off risk r1',
      'W9 clock-off risk r2',
    ])
    expect(names(quorum(ahead(700), ahead(710), ahead(-700)))).toHaveLength(3)
  })

  it('W15: members that name different leaders', () => {
    const raft = { isLeader: true, isLearner: false, index: '1', dbBytes: 1, quotaBytes: null, members: 3 }
    const members = ['a', 'b'].map((name) =>
      node(name, { votes: false, raft: { ...raft, leader: name, alarms: [] } }),
    )
    expect(names(backend(members, { kind: 'etcd' }))).toContain('W15 lease-refilled note')
  })

  it('W15: a leader that changed a short time ago, until every lease is renewed or over', () => {
    const changed = node('a', { votes: false, term: '8', termSince: new Date(T0 - 5_000).toISOString() })
    const cluster = backend([changed, node('b', { votes: false, term: '8' })], { kind: 'etcd' })
    expect(found(cluster).find(({ id }) => id === 'W15')?.evidence).toEqual(['the term changed 6.0 s ago'])
    expect(names(cluster, undefined, 56_000)).not.toContain('W15 lease-refilled note')
    const quiet = backend([node('b', { votes: false, term: '8' })], { kind: 'etcd' })
    expect(names(quiet)).not.toContain('W15 lease-refilled note')
  })

  it('W19: replicas that are behind or cut off', () => {
    const behind = (over: object) => names(single({}, [{ ...replica, ...over }]))
    expect(behind({ lagBytes: 5e6 })).toEqual(['W19 replica-lags risk replica'])
    expect(behind({ replication: 'cut off from primary:6379' })).toEqual(['W19 replica-cut-off risk replica'])
    expect(behind({ lagBytes: 1_000 })).toEqual([])
  })

  it('W20: what the reader may not ask, and what is not known for it', () => {
    const [one] = found(quorum({ lacks: ['CONFIG', 'INFO'] }, { lacks: ['CONFIG', 'INFO'] }))
    expect(one).toMatchObject({
      id: 'W20',
      severity: 'note',
      says: 'The reader lacks CONFIG and INFO, so less is known.',
      suggests: 'Grant +config|get +info to see more',
    })
    expect(one?.evidence[0]).toBe('on r1 and r2')
  })

  it('are called not checked where a node may not be asked', () => {
    const silent = { memory: null, persistence: null, clockOffsetMs: null, runId: null }
    const { checks } = findFindings({
      ...{ backends: [quorum(silent)], now: T0, locksOf: (id) => new Summaries(T0).of(id) },
    })
    expect(
      checks.filter(({ outcome }) => outcome === 'not-checked').map(({ id, missed }) => `${id} ${missed}`),
    ).toEqual([
      'W4 r1 may not be asked who they are',
      'W6 r1 may not be asked',
      'W8 r1 may not be asked',
      'W9 r1 may not be asked for the time',
    ])
  })

  it('W21: servers without a password, except in a demo', () => {
    expect(names(quorum({ open: true }))).toEqual(['W21 open-door risk r1'])
    const local = quorum({ open: true, address: '127.0.0.1:1' })
    expect(names(local)).toEqual(['W21 open-door note r1'])
    expect(names({ ...local, demo: true })).toEqual([])
  })

  it('W22: what was not read for long, or can not be', () => {
    expect(names(quorum(), undefined, 119_999)).toEqual([])
    expect(names(quorum(), undefined, 120_000)).toEqual(['W22 stale-reading note'])
    expect(names({ ...quorum(), trouble: 'wrong password' })).toEqual(['W22 not-readable risk'])
  })

  it('begin with what can not be read, and write long numbers so that they can be', () => {
    const many = { ...NO_LOCKS, held: 12_000, noTtl: { count: 1_234, examples: [] } }
    const [first, second] = found({ ...quorum(), trouble: 'wrong password' }, many)
    expect(first?.name).toBe('not-readable')
    expect(second).toMatchObject({ evidence: ['1,234 of 12,000 held'] })
    expect(second?.says).toContain('1,234 locks were taken')
  })

  it('W24: names of locks that are not believed, and why', () => {
    const [one, ...others] = found({
      ...quorum(),
      setAside: ['about 5000 names that begin with lock:session:'],
    })
    expect(one).toMatchObject({
      ...{ id: 'W24', severity: 'note', node: null },
      evidence: [expect.stringMatching(/lock:session:/), expect.stringMatching(/released/)],
    })
    expect(others).toEqual([])
  })

  it('W23: nodes that give no answer', () => {
    const [, one] = found(
      quorum({ state: 'no-answer', lastAnswerAt: at(-90_000), trouble: 'refused' }),
      undefined,
      0,
    )
    expect(one).toMatchObject({ id: 'W23', node: 'r1', evidence: ['last answer 90 s ago', 'refused'] })
  })
})

describe('what the locks of a backend have in common', () => {
  const brief = (over: Partial<Brief>): Brief => ({
    ...{ id: 'id', backend: 'b', database: 0, name: 'orders/1', dialect: 'redlock', confidence: 'certain' },
    ...{ kind: 'mutex', state: 'held', holders: ['w'], since: T0, endsAt: T0 + 5_000, waiters: null },
    ...{ ttl: null, fence: '1', verdicts: [], severity: null },
    ...over,
  })
  it('W11: TTLs that a few slow answers end, where they are known', () => {
    const slow = quorum({ latencyMs: { p50: 2, p99: 40 } })
    const told = (...all: Partial<Brief>[]) => names(slow, of(...all))
    expect(told({ ttl: 10_000 }, { ttl: 599, name: 'x' }, { ttl: null })).toEqual(['W11 too-short risk'])
    const [one] = found(slow, of({ ttl: 599 }))
    expect(one?.evidence).toEqual([
      'orders/1 has the shortest TTL',
      'one answer in a hundred takes 40 ms or more',
    ])
    expect(one?.says).toContain('A TTL of 599 ms is too short')
    expect(told({ ttl: 600 })).toEqual([])
    expect(told({ ttl: 599, state: 'free' })).toEqual([])
    expect(told({ ttl: null })).toEqual([])
  })

  const of = (...all: Partial<Brief>[]) => {
    const summaries = new Summaries(T0, () => 60_000)
    for (const one of all) summaries.add(brief(one))
    return summaries.of('b')
  }

  it.each<[string, Partial<Brief>]>([
    ['W9 ttl-beyond-max alarm', { dialect: 'lockkeeper', endsAt: T0 + 659_000 }],
    ['W10 without-ttl risk', { verdicts: ['no-ttl'], endsAt: Number.POSITIVE_INFINITY }],
    ['W11 too-long note', { endsAt: T0 + 3_600_001 }],
    ['W12 renewed-late risk', { verdicts: ['holder-silent'] }],
    ['W13 left-over-votes note', { verdicts: ['partial'], state: 'partial' }],
    ['W14 nodes-disagree risk', { verdicts: ['split'], state: 'split' }],
    ['W16 shared-lease note', { verdicts: ['shared-lease'] }],
    ['W17 without-fence note', { fence: null }],
    ['W18 fence-went-down alarm', { verdicts: ['fence-went-down'] }],
  ])('is told once, as %s', (name, over) => {
    expect(names(quorum(), of(over, {}))).toEqual([name])
    expect(names(quorum(), of({}))).toEqual([])
    expect(names(quorum(), of({ ...over, confidence: 'candidate' }))).toEqual([])
  })

  it('is told with how many there are and a few by name', () => {
    const all = Array.from({ length: 5 }, (_, index) => ({ fence: null, name: `l${index}` }))
    expect(found(quorum(), of(...all))[0]).toMatchObject({
      says: '5 locks have no fence: a holder that comes too late can’t be turned away.',
      evidence: ['5 of 5 held', 'for example l0, l1, l2'],
    })
  })
})
