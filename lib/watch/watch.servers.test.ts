import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { lockKey, queueKey, waitersKey } from '../engines/redis/layout.ts'
import { allLocks } from '../fleet/brief.ts'
import { type RedisServer, startRedis } from '../rig/redis-server.ts'
import { newToken, ownValue, startWatching, testDigest, until, type Watching } from './test-watching.ts'

describe('a watch on one Redis', () => {
  let server: RedisServer
  let redis: Redis
  let watching: Watching

  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.close())
  beforeEach(() => {
    redis = new Redis(server.url).on('error', () => {})
  })
  afterEach(async () => {
    await watching.close()
    if (!server.process.running) await server.restart()
    await redis.flushall()
    redis.disconnect()
  })

  const watch = async (more: object = {}) => {
    watching = await startWatching({ id: 'jobs', kind: 'redis', url: server.url, ...more })
    await until('the first sweep', () => watching.watch.backends()[0]?.sweptAt)
    await until('pushes', () => watching.watch.backends()[0]?.reading === 'pushed')
  }
  const take = async (name: string, token = newToken(), ttl = 60_000) => {
    await redis.set(lockKey(name), ownValue(token, ttl), 'PX', ttl)
    await redis.zadd('lk:index', Date.now() + ttl, name)
    return token
  }
  const kinds = (name: string) => watching.kinds(name)

  it('shows a lock of ours that was there before, with its holder and what the node says is left', async () => {
    const token = await take('orders/1')
    await watch()
    const lock = await until('the lock', () => watching.lock('orders/1'))
    expect(lock).toMatchObject({
      backend: 'jobs',
      database: 0,
      dialect: 'lockkeeper',
      confidence: 'certain',
      state: 'held',
      releaseBlocked: null,
      quorum: { needed: 1, of: 1 },
      waiters: { known: true, count: 0 },
    })
    const [holder] = lock.holders
    expect(holder).toMatchObject({ label: 'billing@web-3', tokenDigest: testDigest(token), fence: '123' })
    expect(holder).toMatchObject({ sinceIs: 'exact', remainingIs: 'exact', ttlMs: 60_000 })
    expect(holder?.remainingMs).toBeGreaterThan(30_000)
    expect(holder?.remainingMs).toBeLessThanOrEqual(60_000)
    expect(JSON.stringify([lock, watching.events])).not.toContain(token)
  })

  it('is told of a lock that is taken, renewed and released while it looks', async () => {
    await watch()
    const token = await take('orders/2', newToken(), 5_000)
    await until('the grant', () => kinds('orders/2').includes('granted'))
    await redis.pexpire(lockKey('orders/2'), 60_000)
    await until('the renewal', () => kinds('orders/2').includes('renewed'))
    expect(watching.lock('orders/2')?.holders[0]?.renewals).toBe(1)
    await redis.del(lockKey('orders/2'))
    await until('the release', () => watching.lock('orders/2')?.state === 'free')
    expect(kinds('orders/2')).toEqual(['granted', 'renewed', 'released'])
    expect(watching.events.find(({ kind }) => kind === 'released')?.tokenDigest).toBe(testDigest(token))
  })

  it('sees a TTL run out although the node tells nobody', async () => {
    await redis.config('SET', 'hz', '1')
    await watch()
    await take('orders/3', newToken(), 400)
    await until('the end', () => kinds('orders/3').includes('expired'))
    expect(kinds('orders/3')).toEqual(['granted', 'expired'])
  })

  it('lists waiters in the order of the queue, without the dead', async () => {
    await watch()
    const holder = await take('orders/4')
    const now = Date.now()
    const record = (service: string, until: number) =>
      JSON.stringify({
        since: now - 1000,
        until,
        owner: { service, host: 'web-1', pid: 1, process: service },
      })
    await redis.hset(waitersKey('orders/4'), {
      a: record('late', now + 60_000),
      b: record('first', now + 60_000),
      c: record('dead', now - 1),
      [holder]: record('billing', now + 60_000),
    })
    await redis.zadd(queueKey('orders/4'), 3, 'a', 1, 'b', 2, 'c', 4, holder)
    const queue = await until('waiters', () => {
      const waiters = watching.lock('orders/4')?.waiters
      return waiters?.known && waiters.count > 0 ? waiters : null
    })
    expect(queue).toMatchObject({ count: 2, list: [{ label: 'first@web-1' }, { label: 'late@web-1' }] })
    await redis.del(lockKey('orders/4'))
    await until('a lock that is only waited for', () => watching.lock('orders/4')?.state === 'waiting')
  })

  it('keeps what it knows and says unknown while the node is stopped, never free', async () => {
    const token = await take('orders/5')
    await watch()
    await until('the lock', () => watching.lock('orders/5')?.state === 'held')
    server.process.freeze()
    try {
      const lock = await until('unknown', () => {
        const lock = watching.lock('orders/5')
        return lock?.state === 'unknown' ? lock : null
      })
      expect(lock.votes).toMatchObject([{ node: 'primary', vote: 'no-answer', since: expect.any(String) }])
      expect(lock.holders).toMatchObject([{ tokenDigest: testDigest(token), remainingIs: 'unknown' }])
      expect(lock.waiters.known).toBe(false)
      expect(lock.releaseBlocked).toMatch(/no answer/)
      expect(lock.verdicts.map(({ id }) => id)).toContain('unknown')
      await until('the node', () => watching.node('primary')?.state === 'no-answer')
    } finally {
      server.process.resume()
    }
    await until('held again', () => watching.lock('orders/5')?.state === 'held')
    expect(kinds('orders/5')).toEqual(['granted'])
    expect(watching.events.map(({ kind }) => kind)).toContain('not-observing')
  })

  it('notices a node that comes back empty as another process', async () => {
    await take('orders/6')
    await watch()
    await until('the lock', () => watching.lock('orders/6')?.state === 'held')
    await until('its first health', () => watching.node('primary')?.runId)
    await server.restart()
    await until('the restart', () => watching.events.some(({ kind }) => kind === 'node-restarted'))
    await until('nobody has it', () => watching.lock('orders/6')?.state === 'free')
    await until('pushes again', () => watching.watch.backends()[0]?.reading === 'pushed')
    expect(kinds('orders/6')).toEqual(['granted', 'ended'])
    await take('orders/7')
    await until('a new lock', () => watching.lock('orders/7')?.state === 'held')
  })

  it('sees everything gone when the node is flushed', async () => {
    await take('orders/8')
    await watch()
    await until('the lock', () => watching.lock('orders/8')?.state === 'held')
    await redis.flushall()
    await until('nobody has it', () => watching.lock('orders/8')?.state === 'free', 5_000)
    expect(kinds('orders/8')).toEqual(['granted', 'ended'])
    expect(watching.events).toContainEqual(expect.objectContaining({ kind: 'node-emptied', node: 'primary' }))
  })

  it('claims no release while the node may drop any key', async () => {
    const free = () => until('nobody has it', () => watching.lock('orders/9')?.state === 'free')
    const config = (...pairs: string[]) => redis.config('SET', ...(pairs as [string, string]))
    await redis.set('ballast', Buffer.alloc(20_000_000))
    const used = Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1])
    try {
      await config('maxmemory', String(Math.round(used * 1.05)), 'maxmemory-policy', 'allkeys-lru')
      await take('orders/9')
      await watch()
      await until('its limit', () => watching.node('primary')?.memory?.policy === 'allkeys-lru')
      await until('the lock', () => watching.lock('orders/9')?.state === 'held')
      await redis.del(lockKey('orders/9'))
      await free()
      await config('maxmemory-policy', 'noeviction')
      await until('its policy', () => watching.node('primary')?.memory?.policy === 'noeviction')
      await take('orders/9')
      await until('the lock again', () => watching.lock('orders/9')?.state === 'held')
      await redis.del(lockKey('orders/9'))
      await free()
      expect(kinds('orders/9')).toEqual(['granted', 'ended', 'granted', 'released'])
    } finally {
      await config('maxmemory', '0', 'maxmemory-policy', 'noeviction')
    }
  })

  it('finds the strings of others by their names, and knows a pinned one for certain', async () => {
    const likely = newToken().replace(/^.{12}./, (head) => `${head.slice(0, 12)}5`)
    await redis.set('locks:report', likely, 'PX', 60_000)
    await redis.set('session:1', newToken(), 'PX', 60_000)
    await redis.set('job:42', 'worker-9')
    await watch({ patterns: [{ match: 'job:*', dialect: 'redlock' }] })
    const report = await until('the likely one', () => watching.lock('locks:report'))
    expect(report).toMatchObject({ dialect: 'redlock', confidence: 'likely', waiters: { known: false } })
    expect(report.releaseBlocked).toMatch(/pin/)
    const job = await until('the pinned one', () => watching.lock('job:42'))
    expect(job).toMatchObject({ confidence: 'certain', releaseBlocked: null, state: 'held' })
    expect(job.holders[0]).toMatchObject({ remainingIs: 'none', remainingMs: null })
    expect(job.verdicts).toMatchObject([{ id: 'no-ttl' }])
    expect(watching.lock('session:1')?.confidence ?? 'candidate').toBe('candidate')
    await redis.set('job:43', 'worker-9', 'PX', 60_000)
    await until('a pushed one', () => watching.lock('job:43'))
  })

  it('reads one lock fresh by its id, also one whose name is long or binary', async () => {
    await watch()
    const binary = Buffer.from([0xff, 0x00, 0x7d, 0x3a, 0x71])
    const long = Buffer.from('x'.repeat(600))
    for (const name of [binary, long]) {
      const key = Buffer.concat([Buffer.from('lk:{'), name, Buffer.from('}')])
      await redis.set(key, ownValue(newToken(), 60_000), 'PX', 60_000)
      const lock = await until('the lock', () =>
        [...allLocks(watching.watch.locks)].find(({ nameBytes }) => nameBytes === name.toString('base64')),
      )
      expect(lock.id.length).toBeLessThan(400)
      await redis.pexpire(key, 90_000)
      const fresh = await watching.watch.reread(lock.id)
      expect(fresh?.holders[0]?.remainingMs).toBeGreaterThan(60_000)
    }
    expect(watching.lock('\\xff\\x00}:q')?.state).toBe('held')
    expect(await watching.watch.reread('nonsense')).toBeNull()
  })
})
