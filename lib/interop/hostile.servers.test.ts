import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { csvOfLock } from '../fleet/export-lock.ts'
import { lockSchema } from '../fleet/lock.ts'
import { type RedisServer, startRedis } from '../rig/redis-server.ts'
import { startWatching, until } from '../watch/test-watching.ts'
import { nameOf, openReading } from './reading.ts'

const TOKEN = '70ae1b55ae774347179c64e8d2f4ea03'
const HUGE = 100 * 1024 * 1024

/** A library's user may call a lock anything. */
const NAMES = [
  Buffer.from('lock:\u0000\u0007\u001b[31m\r\n'),
  Buffer.from('lock:\u202egnp.exe\u200b'),
  Buffer.concat([Buffer.from('lock:'), Buffer.from([0xff, 0xfe, 0x80, 0xc3])]),
  Buffer.from('lock:{a}:"\'<script>%s$(x)\\'),
  Buffer.concat([Buffer.from('lock:'), Buffer.alloc(500_000, 'ä')]),
]

/** What may be under the name of a lock and is none of its library's making. */
const WRONG: [string, ...(string | number)[]][] = [
  ['rpush', 'mutex:list', 'x'],
  ['sadd', 'semaphore:set', 'x'],
  ['zadd', 'semaphore:zset', -1, 'x', '1e300', 'y'],
  ['hset', 'lock:hash', 'mode', 'read', '__proto__', '1', 'constructor', 'x'],
  ['hset', 'uniquejobs:constructor:LOCKED', '__proto__', '{"time":{}}'],
  ['xadd', 'lock:stream', '*', 'a', 'b'],
  ['set', 'lock:empty', ''],
  ['set', 'job-lock:a:b', 'ADDED:2026-99-99T99:99:99Z@\u0000'],
  ['rpush', 'redisson_lock_queue:{lock:hash}', '__proto__'],
  ['set', 'rueidislock:1:', 'x'],
  ['set', 'a.writer', '_WRITERWAITING'],
]

describe('a Redis in which anything may stand', () => {
  let server: RedisServer
  let redis: Redis

  beforeAll(async () => {
    server = await startRedis()
    redis = new Redis(server.url).on('error', () => {})
  })
  afterEach(() => redis.flushall())
  afterAll(async () => {
    redis.disconnect()
    await server.close()
  })

  it('has its names told byte for byte, and shown so that they mislead nobody', async () => {
    for (const name of NAMES) await redis.set(name, TOKEN, 'PX', 60_000)
    const watching = await startWatching({ id: 'odd', kind: 'redis', url: server.url })
    try {
      const locks = await until('all of them', () => {
        const found = [...watching.watch.locks.briefs()].flatMap(
          ({ id }) => watching.watch.locks.get(id) ?? [],
        )
        return found.length === NAMES.length ? found : null
      })
      const told = locks.map(({ nameBytes }) => nameBytes)
      expect(told.sort()).toEqual(NAMES.map((name) => name.toString('base64')).sort())
      for (const { name } of locks) expect(name).not.toMatch(/[\p{Cc}\p{Cf}]/u)
      expect(JSON.stringify(locks)).not.toContain(TOKEN)
    } finally {
      await watching.close()
    }
  })

  it('has locks only where what stands there is one', async () => {
    for (const [command, ...args] of WRONG) await redis.call(command, ...args)
    await redis.setrange('lock:huge', HUGE, 'x')
    await redis.hset('orders:lock', `${randomUUID()}:1`, 'x'.repeat(1_000_000))
    await redis.set('right:lock', TOKEN, 'PX', 60_000)
    const reading = await openReading(server.url)
    try {
      const found = await reading.sweep()
      expect(found.map(({ nameBytes }) => Buffer.from(nameBytes, 'base64').toString())).toEqual([
        'right:lock',
      ])
    } finally {
      await reading.close()
    }
  })

  it('has hashes of very many fields, which are not read and no locks', async () => {
    const results = Array.from({ length: 50_000 }, (_, at): [string, string] => [`task-${at}`, '1'])
    await redis.hset('huey.results.mail', { ...Object.fromEntries(results), 'mail.lock.send': '1' })
    await redis.hset('orders:lock', Object.fromEntries(results))
    await redis.hset(`uniquejobs:${TOKEN}:LOCKED`, Object.fromEntries(results))
    await redis.hset('huey.results.few', 'few.lock.send', '1')
    await redis.set('right:lock', TOKEN, 'PX', 60_000)
    const reading = await openReading(server.url)
    try {
      const names = (await reading.sweep()).map(nameOf)
      expect(names.sort()).toEqual(['few', 'right:lock'])
      expect((await reading.lock('huey.results.few')).holders).toMatchObject([{ remainingIs: 'none' }])
    } finally {
      await reading.close()
    }
  })

  it('has ends that are no date any more, and permits that nobody can count', async () => {
    await redis.set('far:lock', TOKEN)
    await redis.pexpire('far:lock', '9000000000000000000')
    await redis.hset(`uniquejobs:${TOKEN}:LOCKED`, 'c0ffee00c0ffee00c0ffee00', '99999999999.9')
    await redis.set(`uniquejobs:${TOKEN}:INFO`, '{"limit":1e300}')
    const watching = await startWatching({ id: 'odd', kind: 'redis', url: server.url })
    try {
      const locks = await until('both', () => {
        const all = ['far:lock', `uniquejobs:${TOKEN}`].map((name) => watching.lock(name))
        return all.every((lock) => lock !== undefined) ? all : null
      })
      for (const lock of locks) {
        lockSchema.parse(JSON.parse(JSON.stringify(lock)))
        if (lock) expect(csvOfLock(lock)).toContain('held')
      }
      // Some three thousand years, and more.
      expect(locks[0]?.holders).toMatchObject([{ remainingMs: 1e14, remainingIs: 'at-least' }])
    } finally {
      await watching.close()
    }
  })

  it('may change what a key is while it is read', async () => {
    await redis.set('right:lock', TOKEN, 'PX', 60_000)
    const reading = await openReading(server.url)
    const shapes: [string, ...(string | number)[]][] = [
      ['set', 'any:lock', TOKEN],
      ['hset', 'any:lock', `${randomUUID()}:1`, 1],
      ['zadd', 'any:lock', Date.now(), 'x'],
      ['sadd', 'any:lock', 'x'],
    ]
    let over = false
    const changing = (async () => {
      for (let turn = 0; !over; turn++) {
        const [command = '', ...args] = shapes[turn % shapes.length] ?? []
        await redis
          .pipeline([
            ['del', 'any:lock'],
            [String(command), ...args],
          ])
          .exec()
      }
    })()
    try {
      for (let sweep = 0; sweep < 50; sweep++) {
        const keys = (await reading.sweep()).map(({ key }) => Buffer.from(key, 'base64url').toString())
        expect(keys).toContain('right:lock')
      }
    } finally {
      over = true
      await changing
      await reading.close()
    }
  })
})
