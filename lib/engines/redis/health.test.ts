import { describe, expect, it } from 'vitest'
import { NodeClockOffset } from './health-clock.ts'
import { factsOf, parseInfo } from './health-info.ts'

const info = (...lines: string[]) => parseInfo(lines.join('\r\n'))

describe('INFO', () => {
  it('is read line by line, whatever values contain', () => {
    expect([
      ...info('# Server', 'redis_version:7.0.15', 'os:Linux: x', '', 'broken', 'slave0:ip=1,offset=5'),
    ]).toEqual([
      ['redis_version', '7.0.15'],
      ['os', 'Linux: x'],
      ['slave0', 'ip=1,offset=5'],
    ])
  })

  it('tells of a primary how far its farthest replica is behind', () => {
    const primary = info(
      'role:master',
      'connected_slaves:2',
      'slave0:ip=10.0.0.1,port=1,state=online,offset=900,lag=0',
      'slave1:ip=10.0.0.2,port=1,state=online,offset=400,lag=7',
      'master_replid:abc',
      'master_repl_offset:1000',
    )
    expect(factsOf(primary, 'primary', null)).toMatchObject({
      role: 'primary',
      replication: '2 replicas, heard 7 s ago',
      replicationId: 'abc',
      lagBytes: 600,
    })
  })

  it('tells of a replica whom it copies, or that it is cut off', () => {
    const replica = (link: string) =>
      factsOf(
        info(
          ...['role:slave', 'master_host:db', 'master_port:6379', 'master_last_io_seconds_ago:1'],
          ...[`master_link_status:${link}`, 'slave_read_repl_offset:50', 'slave_repl_offset:40'],
        ),
        'voter',
        null,
      )
    expect(replica('up')).toMatchObject({
      role: 'replica',
      replication: 'copies db:6379, heard 1 s ago',
      lagBytes: 10,
    })
    expect(replica('down').replication).toBe('cut off from db:6379')
  })

  it('tells how much memory is used, of how much, and what happens then', () => {
    const full = (max: number) =>
      factsOf(info('used_memory:100', `maxmemory:${max}`, 'maxmemory_policy:allkeys-lru'), 'x', null).memory
    expect(full(200)).toEqual({ usedBytes: 100, maxBytes: 200, policy: 'allkeys-lru' })
    expect(full(0)).toEqual({ usedBytes: 100, maxBytes: null, policy: 'allkeys-lru' })
  })

  it('knows of snapshots what the configuration says, and without it only those that were made', () => {
    const kept = (savesAt: string | null, ...lines: string[]) =>
      factsOf(info('aof_enabled:0', 'rdb_last_bgsave_status:ok', ...lines), 'x', savesAt).persistence
    expect(kept('3600 1')).toEqual({ snapshots: true, appendOnly: false, failing: false })
    expect(kept('')).toEqual({ snapshots: false, appendOnly: false, failing: false })
    expect(kept(null)).toMatchObject({ snapshots: null })
    expect(kept(null, 'rdb_saves:3')).toMatchObject({ snapshots: true })
    expect(kept('', 'aof_last_write_status:err')).toMatchObject({ failing: true })
  })

  it('says of nothing that it is so when INFO was refused', () => {
    expect(new Set(Object.values(factsOf(null, 'primary', null)))).toEqual(new Set([null]))
  })
})

describe('how far a clock is away', () => {
  const clock = new NodeClockOffset()

  it('is taken from the quickest answer, and not from slow ones after it', () => {
    expect(clock.follow(1_000_100 + 200, 1_000_000, 200)).toBe(200)
    expect(clock.follow(1_010_001 + 120, 1_010_000, 2)).toBe(120)
    expect(clock.follow(1_020_000 + 420, 1_020_000, 600)).toBe(120)
  })

  it('is followed at once when somebody set the clock', () => {
    expect(clock.follow(1_030_001 + 5_000, 1_030_000, 2)).toBe(5_000)
    expect(clock.follow(1_040_001 - 700, 1_040_000, 2)).toBe(-700)
  })

  it('is not known when the node may not be asked', () => {
    expect(clock.follow(Number.NaN, 0, 1)).toBeNull()
  })
})
