import { createHmac, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type RedisServer, startRedis } from '../../rig/redis-server.ts'
import { toKeyId } from '../key-id.ts'
import { INDEX_KEY, LONE_KEYS, lockKey, queueKey, waitersKey, wakeChannel } from './layout.ts'
import { operateRedis } from './operate.ts'
import { RELEASE_SEEN } from './scripts.ts'

const digest = (token: Uint8Array | string) => createHmac('sha256', 'k').update(token).digest('hex')
const token = () => randomBytes(16).toString('hex')
const RELEASE_STRING = readFileSync(new URL('./scripts/release-string.lua', import.meta.url), 'utf8')
const value = (token: string) => `${token} {"fence":"1","since":1,"ttl":60000,"owner":{"process":"p-held"}}`

describe('releasing what was seen on Redis', () => {
  let server: RedisServer
  let redis: Redis
  const operator = () => operateRedis({ voter: 'n1', url: server.url, digest })
  const id = (key: string | Buffer) => toKeyId(typeof key === 'string' ? Buffer.from(key) : key)

  beforeAll(async () => {
    server = await startRedis()
    redis = new Redis(server.url).on('error', () => {})
  })
  afterAll(async () => {
    redis.disconnect()
    await server.close()
  })
  afterEach(() => redis.flushall())

  it('frees a lock of ours, takes it out of the index and answers `freed`', async () => {
    const seen = token()
    await redis.set(lockKey('a'), value(seen), 'PX', 60_000)
    await redis.zadd(INDEX_KEY, 1, 'a', 2, 'b')
    expect(await operator().release(id(lockKey('a')), 'lockkeeper', digest(seen))).toMatchObject({
      node: 'n1',
      outcome: 'freed',
    })
    expect(await redis.exists(lockKey('a'))).toBe(0)
    expect(await redis.zrange(INDEX_KEY, '0', '-1')).toEqual(['b'])
  })

  it('leaves a holder alone that is not the one that was seen', async () => {
    const now = token()
    await redis.set(lockKey('a'), value(now))
    await redis.set('b', now)
    const seen = digest(token())
    expect(await operator().release(id(lockKey('a')), 'lockkeeper', seen)).toMatchObject({
      outcome: 'other-holder',
    })
    expect(await operator().release(id('b'), 'redlock', seen)).toMatchObject({ outcome: 'other-holder' })
    expect(await redis.get(lockKey('a'))).toBe(value(now))
    expect(await redis.get('b')).toBe(now)
  })

  it('frees what others wrote under a key of ours only while it is exactly that', async () => {
    await redis.set(lockKey('a'), 'theirs')
    const release = () => operator().release(id(lockKey('a')), 'lockkeeper', digest('theirs'))
    await redis.append(lockKey('a'), '-2')
    expect(await release()).toMatchObject({ outcome: 'other-holder' })
    await redis.set(lockKey('a'), 'theirs')
    expect(await release()).toMatchObject({ outcome: 'freed' })
    // What changes between the look and the act is left alone, too.
    await redis.set(lockKey('a'), 'theirs-2')
    expect(await redis.eval(RELEASE_SEEN, 3, ...LONE_KEYS, lockKey('a'), 2, 'theirs')).toBe('other')
  })

  it('says that nobody held it any more', async () => {
    expect(await operator().release(id(lockKey('a')), 'lockkeeper', 'x')).toMatchObject({
      outcome: 'already-gone',
    })
    expect(await operator().release(id('b'), 'redlock', 'x')).toMatchObject({ outcome: 'already-gone' })
  })

  it('frees a string of somebody else only when its whole value is the token', async () => {
    const seen = token()
    await redis.set('a', seen)
    await redis.set('b', `${seen}0`)
    expect(await operator().release(id('a'), 'redlock', digest(seen))).toMatchObject({ outcome: 'freed' })
    expect(await operator().release(id('b'), 'redlock', digest(seen))).toMatchObject({
      outcome: 'other-holder',
    })
    expect(await redis.exists('a', 'b')).toBe(1)
    // Also when it grew between the look and the act.
    expect(await redis.eval(RELEASE_STRING, 1, 'b', seen)).toBe('other')
  })

  it('tells the holder to look and the first live waiter to ask, and keeps the index entry for the queue', async () => {
    const seen = token()
    const now = Date.now()
    const waiter = (process: string, until: number) =>
      JSON.stringify({ since: now, until, owner: { process } })
    await redis.set(lockKey('a'), value(seen), 'PX', 60_000)
    await redis.zadd(INDEX_KEY, 1, 'a')
    await redis.zadd(queueKey('a'), ...[1, 'broken', 2, 'dead', 3, 'live', 4, 'later'])
    await redis.hset(waitersKey('a'), {
      broken: 'not json',
      dead: waiter('p-dead', now - 1_000),
      live: waiter('p-live', now + 60_000),
      later: waiter('p-later', now + 60_000),
    })
    const listener = new Redis(server.url)
    const heard: string[][] = []
    listener.on('pmessage', (_pattern, channel, message) => heard.push([channel, message]))
    await listener.psubscribe(wakeChannel('*'))
    await operator().release(id(lockKey('a')), 'lockkeeper', digest(seen))
    await expect
      .poll(() => heard)
      .toEqual([
        [wakeChannel('p-held'), 'look a'],
        [wakeChannel('p-live'), 'wake live a'],
      ])
    expect(await redis.zscore(INDEX_KEY, 'a')).toBe('1')
    listener.disconnect()
  })

  it('handles names of any bytes', async () => {
    const seen = token()
    const key = Buffer.from([0x6c, 0x6b, 0x3a, 0x7b, 0xff, 0x00, 0x7d, 0x7d])
    await redis.set(key, value(seen))
    expect(await operator().release(id(key), 'lockkeeper', digest(seen))).toMatchObject({ outcome: 'freed' })
    expect(await redis.exists(key)).toBe(0)
  })

  it('tells a node that is down from one that took the command and said nothing', async () => {
    const seen = token()
    await redis.set('a', seen)
    await server.process.kill()
    expect(await operator().release(id('a'), 'redlock', digest(seen))).toMatchObject({
      outcome: 'unreachable',
    })
    await server.restart()
    await redis.set('a', seen)
    server.process.freeze()
    expect(await operator().release(id('a'), 'redlock', digest(seen))).toMatchObject({
      outcome: 'unreachable',
    })
    server.process.resume()
    expect(await redis.get('a')).toBe(seen)

    // Writes wait, reads go on: the script is taken and gives no answer.
    await redis.client('PAUSE', 60_000, 'WRITE')
    expect(await operator().release(id('a'), 'redlock', digest(seen))).toMatchObject({ outcome: 'unknown' })
    await redis.client('UNPAUSE')
  })

  it('says what the node refused', async () => {
    const seen = token()
    await redis.set('a', seen)
    await redis.call('ACL', 'SETUSER', 'reader', 'on', '>pw', '~*', '+@read')
    const url = server.url.replace('redis://', 'redis://reader:pw@')
    const outcome = await operateRedis({ voter: 'n1', url, digest }).release(id('a'), 'redlock', digest(seen))
    expect(outcome).toMatchObject({ outcome: 'left', says: expect.stringMatching(/NOPERM/) })
    expect(await redis.get('a')).toBe(seen)
  })
})
