import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { lockKey } from '../engines/redis/layout.ts'
import { startReplication } from '../rig/redis-replication.ts'
import { type RedisServer, startRedis } from '../rig/redis-server.ts'
import { newToken, ownValue, startWatching, until, type Watching } from './test-watching.ts'

const backend = ({ watch }: Watching) => watch.backends()[0]
const state = (watching: Watching, name: string) => watching.lock(name)?.state

async function take(redis: Redis, name: string, ttl = 60_000): Promise<void> {
  await redis.set(lockKey(name), ownValue(newToken(), ttl), 'PX', ttl)
}

describe('what is said of one Redis while it', () => {
  let server: RedisServer
  let redis: Redis
  let watching: Watching

  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.close())
  beforeEach(async () => {
    redis = new Redis(server.url).on('error', () => {})
    await take(redis, 'orders')
    watching = await startWatching({ id: 'jobs', kind: 'redis', url: server.url, maxTtlMs: 90_000 })
    await until('the lock', () => state(watching, 'orders') === 'held')
    await until('pushes', () => backend(watching)?.reading === 'pushed')
  })
  afterEach(async () => {
    await watching.close()
    await redis.flushall()
    redis.disconnect()
  })

  it('pauses its clients: unknown, and held again without a word of a release', async () => {
    await redis.call('CLIENT', 'PAUSE', '4000', 'ALL')
    const lock = await until('unknown', () =>
      state(watching, 'orders') === 'unknown' ? watching.lock('orders') : null,
    )
    expect(lock.holders).toHaveLength(1)
    expect(backend(watching)?.trouble).toMatch(/\w/)
    await until('held again', () => state(watching, 'orders') === 'held')
    expect(backend(watching)?.trouble).toBeNull()
    expect(watching.kinds('orders')).toEqual(['granted'])
  })

  it('loses keys to somebody else: told at once, by one or all together', async () => {
    await take(redis, 'reports')
    await until('the other lock', () => state(watching, 'reports') === 'held')
    await redis.del(lockKey('orders'))
    await until('one gone', () => state(watching, 'orders') === 'free')
    expect(state(watching, 'reports')).toBe('held')
    await redis.flushall()
    await until('all gone', () => state(watching, 'reports') === 'free')
  })

  it('evicts what it has no room for: free, and never held on by the console', async () => {
    await redis.config('SET', 'maxmemory-policy', 'volatile-ttl')
    await redis.config('SET', 'maxmemory', '1')
    await redis.set('filler', 'x').catch(() => {})
    await until('nobody has it', () => state(watching, 'orders') === 'free')
    await redis.config('SET', 'maxmemory', '0')
    await redis.config('SET', 'maxmemory-policy', 'noeviction')
  })

  it('has a TTL that nobody may have given: shown as it is, beside the most that was configured', async () => {
    await redis.pexpire(lockKey('orders'), 3_600_000)
    const lock = await until('the long TTL', () => {
      const found = watching.lock('orders')
      return (found?.holders[0]?.remainingMs ?? 0) > 90_000 ? found : null
    })
    expect(lock.holders[0]?.remainingIs).toBe('exact')
    expect(backend(watching)?.maxTtlMs).toBe(90_000)
  })

  it('answers for one lock only with less than was promised: a lower fence is remembered', async () => {
    await redis.set(lockKey('orders'), ownValue(newToken(), 60_000, { fence: '7' }), 'PX', 60_000)
    const lock = await until('the lower fence', () =>
      watching.lock('orders')?.holders[0]?.fence === '7' ? watching.lock('orders') : null,
    )
    expect(lock.fenceBefore).toBe('123')
    expect(lock.verdicts.map(({ id }) => id)).toContain('fence-went-down')
    await redis.del(lockKey('orders'))
    await until('nobody', () => state(watching, 'orders') === 'free')
    await redis.set(lockKey('orders'), ownValue(newToken(), 60_000, { fence: '8' }), 'PX', 60_000)
    await until('it is still known', () => watching.lock('orders')?.fenceBefore === '123')
  })
})

describe('what is said of a Redis', () => {
  const open: { close(): Promise<unknown> }[] = []
  afterEach(async () => {
    for (const each of open.splice(0).reverse()) await each.close()
  })
  const opened = <T extends { close(): Promise<unknown> }>(each: T): T => {
    open.push(each)
    return each
  }

  it('with a replica is what the primary says', async () => {
    const replication = opened(await startReplication(1))
    const [replica] = replication.replicas
    if (!replica) throw new Error('no replica')
    const redis = new Redis(replication.primary.url)
    await take(redis, 'orders')
    const watching = opened(
      await startWatching({
        ...{ id: 'jobs', kind: 'redis', url: replication.primary.url, replicas: [replica.url] },
      }),
    )
    await until('the lock', () => state(watching, 'orders') === 'held')
    await until('both roles', () => backend(watching)?.nodes.every(({ role }) => role))
    await replication.detach(replica)
    await redis.del(lockKey('orders'))
    await until('nobody has it', () => state(watching, 'orders') === 'free')
    expect(watching.lock('orders')?.votes).toHaveLength(1)
    expect(backend(watching)?.nodes.map(({ votes }) => votes)).toEqual([true, false])
    redis.disconnect()
  })

  it('that became a replica is shown as one', async () => {
    const replication = opened(await startReplication(1))
    const [replica] = replication.replicas
    if (!replica) throw new Error('no replica')
    const watching = opened(await startWatching({ id: 'jobs', kind: 'redis', url: replication.primary.url }))
    const before = await until('its role', () => watching.node('primary')?.role)
    await replication.promote(replica)
    const redis = new Redis(replication.primary.url)
    await redis.replicaof('127.0.0.1', replica.port)
    await until('another role', () => {
      const role = watching.node('primary')?.role
      return role && role !== before
    })
    redis.disconnect()
  })

  it('without scripts, INFO and tracking is read all the same, and what is lacking is told', async () => {
    const gone = ['EVAL', 'EVALSHA', 'EVAL_RO', 'EVALSHA_RO', 'CONFIG', 'INFO', 'CLIENT']
    const server = opened(await startRedis(gone.flatMap((command) => ['--rename-command', command, ''])))
    const redis = new Redis(server.url, { disableClientInfo: true, enableReadyCheck: false })
    await take(redis, 'orders')
    await redis.set('locks:report', newToken(), 'PX', 60_000)
    const watching = opened(await startWatching({ id: 'jobs', kind: 'redis', url: server.url }))
    await until('our lock', () => state(watching, 'orders') === 'held')
    await until('the lock of others', () => state(watching, 'locks:report') === 'held')
    expect(backend(watching)?.reading).toBe('swept')
    await until('what is lacking', () => watching.node('primary')?.lacks?.includes('scripts'))
    redis.disconnect()
  })

  it('that has another password now is unreachable with the reason, and back when it has the old one', async () => {
    const server = opened(await startRedis())
    const redis = new Redis(server.url, { disableClientInfo: true })
    await take(redis, 'orders')
    const watching = opened(await startWatching({ id: 'jobs', kind: 'redis', url: server.url }))
    await until('the lock', () => state(watching, 'orders') === 'held')
    await redis.config('SET', 'requirepass', 'other')
    await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    await until('unknown', () => state(watching, 'orders') === 'unknown')
    await until('the reason', () =>
      /password|authenticat|credentials/i.test(backend(watching)?.trouble ?? ''),
    )
    await until('a silent node', () => watching.node('primary')?.state === 'no-answer')
    expect(watching.node('primary')?.trouble).toMatch(/password|authenticat|credentials/i)
    await redis.config('SET', 'requirepass', '')
    await until('held again', () => state(watching, 'orders') === 'held')
    expect(watching.kinds('orders')).toEqual(['granted'])
    redis.disconnect()
  })
})
