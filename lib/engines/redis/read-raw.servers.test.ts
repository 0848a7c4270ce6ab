import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type RedisServer, startRedis } from '../../rig/redis-server.ts'
import type { Raw } from './dialects/dialect.ts'
import { Kinds } from './read-kinds.ts'
import { readRaw } from './read-raw.ts'
import type { Wanted } from './read-raw-page.ts'
import { createWay, type Way } from './read-way.ts'
import { openReader, type Reader } from './reader.ts'

let server: RedisServer
let redis: Redis

beforeAll(async () => {
  server = await startRedis()
  redis = new Redis(server.url)
  await redis.call('ACL', 'SETUSER', 'plain', 'on', '>pw', '~*', '+@read', '+memory|usage')
  await redis.call('ACL', 'SETUSER', 'narrow', 'on', '>pw', '~open*', '+@all')
})
afterAll(async () => {
  redis.disconnect()
  await server.close()
})

const sentBytes = async () => Number(/total_net_output_bytes:(\d+)/.exec(await redis.info('stats'))?.[1])
const MEGABYTE = 1_000_000

describe.each([
  ['one script', ''],
  ['single commands', 'plain:pw@'],
])('keys read by %s', (way, user) => {
  let reading: { reader: Reader; way: Way }

  beforeAll(() => {
    const reader = openReader(server.url.replace('redis://', `redis://${user}`))
    reading = { reader, way: createWay(reader) }
  })
  afterAll(() => reading.reader.close())
  beforeEach(() => redis.flushall())

  const read = async (keys: (string | Buffer)[], wanted?: Wanted) => {
    const page = await readRaw(
      reading,
      keys.map((key) => Buffer.from(key)),
      wanted,
    )
    expect(reading.way.isByScript).toBe(way === 'one script')
    return page.answers
  }

  test('are told with their type, their size, their end and what stands in them', async () => {
    await redis.set('s', Buffer.from([0, 255, 1]), 'PX', 60_000)
    await redis.set('empty', '')
    await redis.hset('h', { f: 'v' })
    await redis.zadd('z', 1.5, 'm', 1_795_226_219_637, 'n')
    await redis.rpush('l', 'a', 'b')
    await redis.sadd('set', 'x')
    await redis.xadd('stream', '*', 'a', 'b')
    const [s, empty, h, z, l, set, stream, gone] = await read([
      's',
      'empty',
      'h',
      'z',
      'l',
      'set',
      'stream',
      'gone',
    ])
    expect(s).toMatchObject({ type: 'string', size: 3, head: Buffer.from([0, 255, 1]) })
    expect(s?.expiry).toBeGreaterThan(0)
    expect(empty).toMatchObject({ type: 'string', size: 0, head: Buffer.alloc(0), expiry: -1 })
    expect(h).toMatchObject({ type: 'hash', size: 1, fields: [[Buffer.from('f'), Buffer.from('v')]] })
    expect(z).toMatchObject({
      type: 'zset',
      size: 2,
      members: [
        [Buffer.from('m'), 1.5],
        [Buffer.from('n'), 1_795_226_219_637],
      ],
    })
    expect(l).toMatchObject({ type: 'list', size: 2, items: [Buffer.from('a'), Buffer.from('b')] })
    expect(set).toMatchObject({ type: 'set', size: 1, items: [Buffer.from('x')] })
    expect(stream).toMatchObject({ type: 'stream' })
    expect(gone).toBeNull()
  })

  test('cost nothing when they are huge', async () => {
    await redis.set('huge', 'x'.repeat(20 * MEGABYTE))
    await redis.hset('huge-field', { ok: '1', ['f'.repeat(5 * MEGABYTE)]: 'y'.repeat(5 * MEGABYTE) })
    await redis.rpush('huge-item', 'z'.repeat(5 * MEGABYTE))
    await redis.zadd('many', ...Array.from({ length: 3_000 }, (_, at) => [at, `member-${at}`]).flat())
    await redis.hset('wide', Object.fromEntries(Array.from({ length: 3_000 }, (_, at) => [`f${at}`, 'v'])))
    const before = await sentBytes()
    const [huge, field, item, many, wide] = await read(['huge', 'huge-field', 'huge-item', 'many', 'wide'])
    expect((await sentBytes()) - before).toBeLessThan(50_000)
    expect(huge).toMatchObject({ type: 'string', size: 20 * MEGABYTE })
    expect((huge as Extract<Raw, { type: 'string' }>).head).toHaveLength(512)
    expect(field).toMatchObject({ type: 'hash', size: 2, fields: [] })
    expect(item).toMatchObject({ type: 'list', size: 1, items: [] })
    expect(many).toMatchObject({ type: 'zset', size: 3_000 })
    expect((many as Extract<Raw, { type: 'zset' }>).members).toHaveLength(64)
    expect(wide).toMatchObject({ type: 'hash', size: 3_000, fields: [] })
    await redis.unlink('huge', 'huge-field', 'huge-item')
  })

  test('have entries that are cut one by one', async () => {
    await redis.hset('cut', { long: 'v'.repeat(2_000) })
    const [cut] = await read(['cut'])
    expect((cut as Extract<Raw, { type: 'hash' }>).fields[0]?.[1]).toHaveLength(512)
  })

  test('may have names of half a megabyte, or of any bytes', async () => {
    const names = [Buffer.alloc(500_000, 'n'), Buffer.from([0xff, 0, 10, 13, 0xc3])]
    for (const name of names) await redis.set(name, 'here')
    const answers = await read(names)
    expect(answers.every((raw, at) => names[at]?.equals(raw?.key ?? Buffer.of()))).toBe(true)
    expect(answers).toMatchObject([{ head: Buffer.from('here') }, { head: Buffer.from('here') }])
  })

  test('of unknown names are only read when they end by themselves and are as small as locks', async () => {
    await redis.set('short', 'x'.repeat(30), 'PX', 60_000)
    await redis.set('lasting', 'x'.repeat(30))
    await redis.set('long', 'x'.repeat(300), 'PX', 60_000)
    await redis.hset('hash', 'a', 'b')
    await redis.pexpire('hash', 60_000)
    await redis.zadd('crowd', ...Array.from({ length: 9 }, (_, at) => [at, `m${at}`]).flat())
    await redis.pexpire('crowd', 60_000)
    await redis.rpush('list', 'a')
    await redis.pexpire('list', 60_000)
    const answers = await read(['short', 'lasting', 'long', 'hash', 'crowd', 'list'], 'lock-sized')
    expect(answers.map((raw) => raw?.type ?? null)).toEqual(['string', null, null, 'hash', null, null])
  })
})

test('a key that may not be read is unknown, and hides nobody', async () => {
  await redis.set('open', 'a')
  await redis.set('closed', 'b')
  const reader = openReader(server.url.replace('redis://', 'redis://narrow:pw@'))
  const byScript = { reader, way: createWay(reader) }
  const byCommands = {
    reader,
    way: { isByScript: false, kinds: new Kinds(), take: <T>(_: unknown, by: () => Promise<T>) => by() },
  }
  for (const reading of [byScript, byCommands]) {
    const { answers } = await readRaw(reading, [Buffer.from('open'), Buffer.from('closed')])
    expect(answers).toMatchObject([{ head: Buffer.from('a') }, undefined])
  }
  reader.close()
})

test('names like those of strings are taken for strings, until one of them is none', async () => {
  await redis.flushall()
  const reader = openReader(server.url)
  const reading = { reader, way: createWay(reader) }
  const read = async (...keys: string[]) =>
    (
      await readRaw(
        reading,
        keys.map((key) => Buffer.from(key)),
      )
    ).answers
  await redis.set('locks:1', 'one', 'PX', 60_000)
  await read('locks:1')
  expect(reading.way.kinds.areStrings(Buffer.from('locks:2'))).toBe(true)
  await redis.set('locks:2', 'x'.repeat(600))
  await redis.set('locks:4', '')
  await redis.hset('locks:5', 'f', 'v')
  await redis.set('other', 'x')
  const [two, gone, empty, hash, other] = await read('locks:2', 'locks:3', 'locks:4', 'locks:5', 'other')
  expect(two).toMatchObject({ type: 'string', size: 600, expiry: -1, head: Buffer.alloc(512, 'x') })
  expect(gone).toBeNull()
  expect(empty).toMatchObject({ type: 'string', size: 0, expiry: -1 })
  expect(hash).toMatchObject({ type: 'hash', fields: [[Buffer.from('f'), Buffer.from('v')]] })
  expect(other).toMatchObject({ type: 'string', head: Buffer.from('x') })
  for (const name of ['locks:6', 'locks:7']) await redis.hset(name, 'f', 'v')
  expect(await read('locks:6', 'locks:7', 'locks:1')).toMatchObject([
    { type: 'hash' },
    { type: 'hash' },
    { type: 'string', head: Buffer.from('one') },
  ])
  expect(await redis.info('errorstats')).toContain('errorstat_WRONGTYPE:count=1')
  reader.close()
})

test('a wrong password and a server that is not there are said in words', async () => {
  const locked = openReader(server.url.replace('redis://', 'redis://plain:wrong@'))
  await expect(locked.read((client) => client.ping())).rejects.toThrow(/WRONGPASS.*Check user and password/)
  locked.close()
  const nobody = openReader('redis://127.0.0.1:1')
  await expect(nobody.read((client) => client.ping())).rejects.toThrow(
    /connection refused.*Check that the server/,
  )
  nobody.close()
})
