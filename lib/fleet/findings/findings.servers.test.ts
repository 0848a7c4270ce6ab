import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBackend } from '../../engines/registry.ts'
import { backendSpecSchema } from '../../engines/spec.ts'
import { type Replication, startReplication } from '../../rig/redis-replication.ts'
import { type RedisServer, startRedis } from '../../rig/redis-server.ts'
import type { FleetBackend } from '../node.ts'
import { findFindings } from './index.ts'
import { NO_LOCKS } from './summary.ts'
import { backend, node } from './test-fleet.ts'

/** Asks every node once, as the watch does again and again. */
async function look(input: { kind: FleetBackend['kind'] } & Record<string, unknown>): Promise<FleetBackend> {
  const open = await openBackend(backendSpecSchema.parse({ id: 'b', ...input }), { digest: () => '' })
  try {
    const nodes = await Promise.all(
      open.nodes.map(async ({ name, address, votes }) => {
        const facts = await open.probes.find((probe) => probe.node === name)?.facts()
        return node(name, { address, votes, ...facts, latencyMs: null })
      }),
    )
    return backend(nodes, { kind: input.kind })
  } finally {
    await open.close()
  }
}

const findings = (one: FleetBackend) =>
  findFindings({ backends: [one], locksOf: () => NO_LOCKS, now: Date.parse(one.sweptAt ?? '') }).findings
const names = (one: FleetBackend) =>
  findings(one).map(({ name, node: where }) => [name, where].filter((part) => part !== null).join(' '))

describe('findings on real servers', () => {
  let bare: RedisServer
  let kept: RedisServer
  let pair: Replication

  beforeAll(async () => {
    ;[bare, kept, pair] = await Promise.all([
      startRedis(['--maxmemory', '50mb', '--maxmemory-policy', 'allkeys-lru']),
      startRedis(['--appendonly', 'yes']),
      startReplication(1),
    ])
  })
  afterAll(async () => {
    await Promise.all([bare.close(), kept.close(), pair.close()])
  })

  it('see a server that forgets, drops keys and was started just now', async () => {
    const seen = await look({ kind: 'redis', url: bare.url })
    expect(names(seen)).toEqual(
      expect.arrayContaining([
        'single-point primary',
        'no-persistence primary',
        'evicts-keys primary',
        'restarted primary',
        'open-door primary',
      ]),
    )
    expect(seen.nodes[0]).toMatchObject({
      memory: { maxBytes: 50 * 1024 * 1024, policy: 'allkeys-lru' },
      persistence: { snapshots: false, appendOnly: false, failing: false },
      clustered: false,
      lacks: [],
    })
    expect(Math.abs(seen.nodes[0]?.clockOffsetMs ?? 1e9)).toBeLessThan(400)
  })

  it('are quiet about a server that keeps what it is told', async () => {
    const seen = names(await look({ kind: 'redis', url: kept.url }))
    expect(seen).not.toContain('no-persistence primary')
    expect(seen).not.toContain('restarted primary')
    expect(seen).not.toContain('evicts-keys primary')
  })

  it('see a quorum that is even, votes twice with one server, and counts a replica', async () => {
    const [replica] = pair.replicas
    const nodes = [bare.url, bare.url, pair.primary.url, replica?.url]
    const seen = findings(await look({ kind: 'redlock', nodes }))
    expect(seen.map(({ name }) => name)).toEqual(expect.arrayContaining(['even-quorum', 'same-server']))
    expect(seen.find(({ name }) => name === 'same-server')?.says).toMatch(/^n1 and n2 are one and the same/)
    expect(seen).toContainEqual(
      expect.objectContaining({ name: 'replica-votes', node: 'n4', severity: 'alarm' }),
    )
  })

  it('see copies of one data set, and a primary whose failover loses the newest', async () => {
    const [replica] = pair.replicas
    const nodes = [kept.url, pair.primary.url, replica?.url]
    expect(names(await look({ kind: 'redlock', nodes }))).toContain('same-data')
    const seen = await look({ kind: 'redis', url: pair.primary.url, replicas: [replica?.url] })
    expect(names(seen)).toContain('async-failover')
    expect(names(seen).join()).not.toMatch(/single-point|replica-votes/)
  })

  it('see less, and say so, as a user who may do little', async () => {
    const redis = new Redis(bare.url)
    await redis.call('ACL', 'SETUSER', 'reader', 'reset', 'on', '>pw', '~*', '+@read', '+time')
    redis.disconnect()
    const seen = await look({ kind: 'redis', url: bare.url.replace('//', '//reader:pw@') })
    expect(seen.nodes[0]).toMatchObject({
      role: null,
      memory: null,
      persistence: null,
      lacks: ['CONFIG', 'INFO'],
    })
    const [one] = findings(seen).filter(({ id }) => id === 'W20')
    expect(one?.suggests).toBe('Grant +config|get +info to see more')
    expect(names(seen)).not.toContain('open-door primary')
  })
})
