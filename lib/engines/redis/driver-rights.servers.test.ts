import { createServer, type Socket } from 'node:net'
import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { startRedis } from '../../rig/redis-server.ts'
import { ask, holdOf, renewalOf, stageOnRedis } from './testing/driver-stage.ts'

const stage = stageOnRedis(['--busy-reply-threshold', '50'])

/** Not done for sure, and somebody can do something about it. */
const refused = (hint: RegExp, more: object = {}) => ({
  ...{ outcome: 'unknown', maybeDone: false, hint: expect.stringMatching(hint) },
  ...more,
})

async function asUser(name: string, ...rules: string[]): Promise<string> {
  await stage.raw.call('ACL', 'SETUSER', name, 'on', '>pw', '~*', '&*', '+@all', ...rules)
  return stage.server.url.replace('redis://', `redis://${name}:pw@`)
}

test('who lacks INFO, CONFIG, KEYS and CLIENT takes locks all the same', async () => {
  const node = stage.open({ url: await asUser('u', '-info', '-config', '-keys', '-client', '-select') })
  const asked = ask('x')
  expect(await node.attempt([asked])).toMatchObject([{ outcome: 'granted' }])
  expect(await node.release([holdOf(asked)])).toMatchObject([{ outcome: 'granted' }])
})

test('the keys and commands that the README names are enough', async () => {
  await stage.raw.call(
    ...(['ACL', 'SETUSER', 'u', 'on', '>pw', '~lk:*', '&lk:wake:*', '-@all'] as const),
    ...['+evalsha', '+eval', '+script|load', '+time', '+info', '+wait', '+publish', '+subscribe'],
    ...['+mget', '+get', '+set', '+exists', '+del', '+type', '+pttl', '+pexpire', '+hget', '+hset', '+hdel'],
    ...['+hmget', '+hvals', '+hgetall', '+zadd', '+zrem', '+zrange', '+zrangebyscore', '+zscore', '+zrank'],
    ...['+zcard'],
  )
  const url = stage.server.url.replace('redis://', 'redis://u:pw@')
  const node = stage.open({ url })
  await node.listen('p1', () => {})
  const permits = { permits: 2, heartbeatMs: 5_000 }
  const asks = [ask('x'), ask('x', { heartbeatMs: 5_000 }), ...[1, 2, 3].map(() => ask('s', permits))]
  const outcomes = (await node.attempt(asks)).map(({ outcome }) => outcome)
  expect(outcomes).toEqual(['granted', 'refused', 'granted', 'granted', 'refused'])
  const order = { name: 'x', by: 'eve', message: 'm' }
  expect(
    await node.order([
      { act: 'ask', token: null, ...order },
      { act: 'freeze', forMs: 10, ...order },
      { act: 'unfreeze', name: 'x' },
    ]),
  ).toMatchObject(Array(3).fill({ outcome: 'granted' }))
  const renewals = asks.map((asked) => ({ ...holdOf(asked), raiseTo: null }))
  expect((await node.renew(renewals)).filter(({ outcome }) => outcome === 'unknown')).toEqual([])
  expect((await node.release(asks.map(holdOf))).filter(({ outcome }) => outcome === 'unknown')).toEqual([])
  expect(await node.read(['x', 's'])).toHaveLength(2)
})

test('keys that a user may not touch keep nobody else in the batch from being served', async () => {
  const rules = ['resetkeys', '~lk:{mine*', '~lk:index', '~lk:clock']
  const node = stage.open({ url: await asUser('u', ...rules) })
  const asks = [ask('mine/1'), ask('theirs'), ask('mine/2')]
  const granted = { outcome: 'granted' }
  expect(await node.attempt(asks)).toMatchObject([granted, refused(/~lk:\*/), granted])
  expect(await node.release(asks.map(holdOf))).toMatchObject([granted, refused(/~lk:\*/), granted])
  expect(await stage.raw.keys('lk:{*')).toEqual([])
})

test('a user without scripts reads that locks need them, and nothing is done', async () => {
  const node = stage.open({ url: await asUser('u', '-@scripting') })
  const asked = ask('orders/secret')
  const [answer] = await node.attempt([asked])
  expect(answer).toMatchObject(refused(/\+eval/, { unsupported: true }))
  expect(JSON.stringify(answer)).not.toContain(asked.token)
  expect(await stage.raw.dbsize()).toBe(0)
})

for (const away of ['time', 'set', 'mget', 'exists']) {
  test(`a user without ${away} reads that something is missing, and nothing is done`, async () => {
    const node = stage.open({ url: await asUser('u', `-${away}`) })
    const asked = ask('x', away === 'mget' ? { permits: 2 } : {})
    expect(await node.attempt([asked])).toMatchObject([refused(/Allow the user/)])
    expect(await stage.raw.exists('lk:{x}')).toBe(0)
  })
}

const renamed: [string[], object][] = [
  [['EVALSHA'], { outcome: 'granted' }],
  [['EVAL'], { outcome: 'granted' }],
  [['SCRIPT'], { outcome: 'granted' }],
  [['INFO', 'CLIENT', 'CONFIG'], { outcome: 'granted' }],
  [['EVAL', 'EVALSHA'], refused(/scripts/, { unsupported: true })],
  [['TIME'], refused(/time/)],
]
for (const [commands, answer] of renamed) {
  test(`a server without ${commands.join(' and ')} ${'hint' in answer ? 'is refused' : 'serves'}`, async () => {
    const bare = await startRedis(commands.flatMap((command) => ['--rename-command', command, '']))
    try {
      const asked = ask('orders/bare')
      const [said] = await stage.open({ url: bare.url }).attempt([asked])
      expect(said).toMatchObject(answer)
      expect(JSON.stringify(said)).not.toContain(asked.token)
    } finally {
      await bare.close()
    }
  })
}

test('who is not let in reads so, and is served once the password is right', async () => {
  const node = stage.open()
  await node.attempt([ask('warm')])
  await stage.raw.config('SET', 'requirepass', 'right')
  const locked = stage.open()
  const wrong = stage.open({ url: stage.server.url.replace('redis://', 'redis://:wrong@') })
  const unknown = stage.open({ url: stage.server.url.replace('redis://', 'redis://nobody:right@') })
  for (const shutOut of [locked, wrong, unknown])
    expect(await shutOut.attempt([ask('x')])).toMatchObject([refused(/password/)])
  expect(await stage.raw.exists('lk:{x}')).toBe(0)
  await stage.raw.config('SET', 'requirepass', '')
  expect(await locked.attempt([ask('x')])).toMatchObject([{ outcome: 'granted' }])
})

test('what a server says when it can not write is a reason, and nothing is done', async () => {
  const node = stage.open()
  await node.attempt([ask('warm')])
  const answers = async (hint: RegExp) => {
    expect(await node.attempt([ask('x')])).toMatchObject([refused(hint)])
  }
  await stage.raw.config('SET', 'maxmemory', '1')
  await answers(/maxmemory/)
  await stage.raw.config('SET', 'maxmemory', '0')
  await stage.raw.config('SET', 'min-replicas-to-write', '1')
  await answers(/min-replicas-to-write/)
  await stage.raw.config('SET', 'min-replicas-to-write', '0')
  await stage.raw.call('REPLICAOF', '127.0.0.1', '1')
  await answers(/replica/)
  await stage.raw.config('SET', 'replica-serve-stale-data', 'no')
  await answers(/replica/)
  await stage.raw.call('REPLICAOF', 'NO', 'ONE')
  expect(await stage.raw.exists('lk:{x}')).toBe(0)
  expect(await node.attempt([ask('x')])).toMatchObject([{ outcome: 'granted' }])
})

test('a full server still releases, and hands over', async () => {
  const node = stage.open()
  const [held, waiting] = [ask('x'), ask('x', { heartbeatMs: 20_000 })]
  await node.attempt([held, waiting])
  await stage.raw.config('SET', 'maxmemory', '1')
  expect(await node.release([holdOf(held)])).toMatchObject([{ handed: { name: 'x' } }])
  expect(await node.renew([renewalOf(waiting)])).toMatchObject([{ outcome: 'granted' }])
  expect(await node.release([holdOf(waiting)])).toMatchObject([{ outcome: 'granted' }])
  expect(await stage.raw.exists('lk:{x}')).toBe(0)
})

test('a server that somebody’s script blocks is busy, and nothing is done', async () => {
  const node = stage.open()
  await node.attempt([ask('warm')])
  const blocking = new Redis(stage.server.url).on('error', () => {})
  const blocked = blocking.eval('while true do end', 0).catch((error: Error) => error.message)
  await expect.poll(() => stage.raw.ping().catch(String)).toContain('BUSY')
  expect(await node.attempt([ask('x')])).toMatchObject([refused(/SCRIPT KILL/)])
  await stage.raw.script('KILL')
  expect(await blocked).toContain('killed')
  blocking.disconnect()
  expect(await stage.raw.exists('lk:{x}')).toBe(0)
})

const strangers: [string, (socket: Socket) => void, RegExp][] = [
  ['a web server', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), /language of Redis/],
  [
    'an HTTP/2 server',
    (socket) => socket.end(Buffer.from('00000604000000000000', 'hex')),
    /language of Redis/,
  ],
  ['somebody who says nothing', () => {}, /Check that it is a Redis server/],
]
for (const [who, say, hint] of strangers) {
  test(`${who} is not taken for a Redis`, async () => {
    const sockets = new Set<Socket>()
    const server = createServer((socket) => {
      sockets.add(socket.on('error', () => {}))
      socket.once('data', () => say(socket))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    const node = stage.open({ url: `redis://127.0.0.1:${port}` })
    await expect.poll(() => node.attempt([ask('x')])).toMatchObject([refused(hint)])
    await node.close()
    for (const socket of sockets) socket.destroy()
    server.close()
  })
}

test('a host that nobody knows, and a port where nobody listens', async () => {
  const [answer] = await stage.open({ url: 'redis://127.0.0.1:1' }).attempt([ask('x')])
  expect(answer).toMatchObject(refused(/host and port/, { why: 'connection refused' }))
  const nowhere = stage.open({ url: 'redis://nowhere.invalid:6379' })
  expect(await nowhere.attempt([ask('x')])).toMatchObject([refused(/host/)])
})
