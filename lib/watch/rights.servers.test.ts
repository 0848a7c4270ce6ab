import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lockKey, queueKey, waitersKey } from '../engines/redis/layout.ts'
import { type RedisServer, startRedis } from '../rig/redis-server.ts'
import { newToken, ownValue, startWatching, until } from './test-watching.ts'

/** The least rights that the README names. */
const READ = ['~*', '+@read']
const PUSHES = ['+client|tracking', '+client|id', '+subscribe', '&__redis__:invalidate']
const HEALTH = ['+info', '+time', '+role', '+ping']

describe('what a watch asks of Redis', () => {
  let server: RedisServer
  let redis: Redis

  beforeAll(async () => {
    server = await startRedis()
    redis = new Redis(server.url)
  })
  afterAll(async () => {
    redis.disconnect()
    await server.close()
  })

  const as = async (rights: string[]) => {
    await redis.call('ACL', 'SETUSER', 'watcher', 'reset', 'on', '>pw', ...rights)
    return server.url.replace('redis://', 'redis://watcher:pw@')
  }
  const take = async (name: string) => {
    await redis.set(lockKey(name), ownValue(newToken(), 60_000), 'PX', 60_000)
    await redis.zadd('lk:index', Date.now() + 60_000, name)
  }

  it('works with the rights that are named, and none of its commands writes', async () => {
    await take('a')
    await redis.hset(waitersKey('a'), 'w', JSON.stringify({ since: 1, until: 9e15, owner: { service: 's' } }))
    await redis.zadd(queueKey('a'), 1, 'w')
    const seen: string[] = []
    const monitor = await new Redis(server.url).monitor()
    monitor.on('monitor', (_time: string, args: string[], source: string) => {
      if (source !== 'lua') seen.push(args.join(' ').toLowerCase())
    })
    const url = await as([...READ, ...PUSHES, ...HEALTH])
    const before = await redis.lastsave()
    const watching = await startWatching({ id: 'jobs', kind: 'redis', url })
    await until('the lock', () => watching.lock('a')?.state === 'held')
    await until('pushes', () => watching.watch.backends()[0]?.reading === 'pushed')
    await until('health', () => watching.node('primary')?.version)
    const others = seen.length
    await take('b')
    await until('a pushed lock', () => watching.lock('b')?.state === 'held')
    await watching.watch.reread(watching.lock('a')?.id ?? '')
    await watching.close()
    monitor.disconnect()

    const ofTests = /^(set|zadd|hset|acl|lastsave|monitor|info$)/
    const verbs = new Set(seen.filter((line) => !ofTests.test(line)).map((line) => line.split(' ')[0]))
    expect(others).toBeGreaterThan(5)
    expect([...verbs].sort()).toEqual(
      expect.arrayContaining(['getrange', 'pttl', 'scan', 'zrange', 'client', 'subscribe', 'time']),
    )
    for (const verb of verbs) {
      const [about] = (await redis.call('COMMAND', 'INFO', verb ?? '')) as [string, number, string[]][]
      expect(about?.[2], verb).not.toContain('write')
    }
    expect(seen.join('\n')).not.toMatch(/^(keys|monitor) |config set/m)
    expect(await redis.lastsave()).toBe(before)
  })

  it('sweeps without pushes and knows less of the node when it may only read', async () => {
    await take('a')
    const url = await as(READ)
    const watching = await startWatching({ id: 'jobs', kind: 'redis', url })
    await until('the lock', () => watching.lock('a')?.state === 'held')
    expect(watching.watch.backends()[0]?.reading).toBe('swept')
    await take('late')
    await until('a swept lock', () => watching.lock('late')?.state === 'held')
    const node = await until('the node', () =>
      watching.node('primary')?.state === 'answers' ? watching.node('primary') : null,
    )
    expect(node).toMatchObject({ version: null, runId: null, clockOffsetMs: null })
    await watching.close()
  })
})
