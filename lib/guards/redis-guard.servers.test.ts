import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type RedisServer, startRedis } from '../rig/redis-server.ts'
import { fenceKeyOf, guardedWrite } from './redis-guard.ts'
import { StaleFence } from './stale-fence.ts'

let server: RedisServer
let client: Redis

beforeAll(async () => {
  server = await startRedis()
  client = new Redis(server.url)
})
beforeEach(async () => {
  await client.flushall()
})
afterAll(async () => {
  client.disconnect()
  await server.close()
})

const write = (fence: string | null, value: string) =>
  guardedWrite(client, { resource: 'account', fence, commands: [['SET', 'account', value]] })

test('a lower fence than the highest seen is refused, and nothing of its write is done', async () => {
  await write('10', 'new')
  const late = write('9', 'old')
  await expect(late).rejects.toBeInstanceOf(StaleFence)
  await expect(late).rejects.toMatchObject({ resource: 'account', fence: '9', seen: '10' })
  expect(await client.get('account')).toBe('new')
  expect(await client.get('{account}:fence')).toBe('10')
})

test('an equal fence is the same hold once more, a higher one the next', async () => {
  await write('9', 'first')
  await write('9', 'second')
  expect(await client.get('account')).toBe('second')
  await write('10', 'third')
  expect(await client.get('account')).toBe('third')
})

test('fences that a double takes for equal are told apart', async () => {
  await write('9223372036854775807', 'new')
  await expect(write('9223372036854775806', 'old')).rejects.toThrow(StaleFence)
})

test('the commands are the caller’s, of any kind and number, and their answers come back in order', async () => {
  const bytes = Buffer.from([0, 255, 13, 10])
  const answers = await guardedWrite(client, {
    resource: '{shop}',
    fence: '1',
    commands: [
      ['HSET', '{shop}:stock', 'nails', 12, 'name with\r\nlines', bytes],
      ['GET', '{shop}:nothing'],
      ['RPUSH', '{shop}:log', 'a', 'b'],
    ],
    keys: ['{shop}:stock', '{shop}:nothing', '{shop}:log'],
  })
  expect(answers).toEqual([2, null, 2])
  expect(await client.hgetBuffer('{shop}:stock', 'name with\r\nlines')).toEqual(bytes)
})

test('it goes on when the server forgot its scripts', async () => {
  await write('1', 'before')
  await client.script('FLUSH')
  await write('2', 'after')
  expect(await client.get('account')).toBe('after')
})

test('a command that fails is told, and an earlier hold stays refused', async () => {
  const wrong = guardedWrite(client, {
    resource: 'account',
    fence: '7',
    commands: [['NOSUCHCOMMAND', 'account']],
  })
  await expect(wrong).rejects.toThrow(/unknown/i)
  await expect(write('6', 'old')).rejects.toThrow(StaleFence)
})

test('what somebody else keeps in the place of the fence is not overwritten', async () => {
  await client.set('{account}:fence', 'mine')
  await expect(write('1', 'new')).rejects.toThrow('NOTAFENCE')
  await client.del('{account}:fence')
  await client.rpush('{account}:fence', 'mine')
  await expect(write('1', 'new')).rejects.toThrow('WRONGTYPE')
  expect(await client.exists('account')).toBe(0)
})

test('the fence is in the slot of its resource, whatever braces its name has', () => {
  expect(fenceKeyOf('account:7')).toBe('{account:7}:fence')
  expect(fenceKeyOf('{account}:7')).toBe('{account}:7:fence')
  expect(fenceKeyOf('a{}b')).toBe('{a{}b}:fence')
})
