import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Ask, Message } from '../../core/index.ts'
import { type RedisServer, startRedis } from '../../rig/redis-server.ts'
import { bootstrapRedisNode, createRedisNode, type RedisNode, type RedisNodeOptions } from './driver.ts'

const QUARANTINE_MS = 1_500

let server: RedisServer
let raw: Redis
const nodes: RedisNode[] = []

beforeEach(async () => {
  server = await startRedis()
  raw = new Redis(server.url)
  raw.on('error', () => {})
})
afterEach(async () => {
  server.process.resume()
  await Promise.all(nodes.splice(0).map((node) => node.close()))
  raw.disconnect()
  await server.close()
})

function open(options: Partial<RedisNodeOptions> = {}): RedisNode {
  const node = createRedisNode({ id: 'r1', url: server.url, ...options })
  nodes.push(node)
  return node
}

let tokens = 0
function ask(name: string, more: Partial<Ask> = {}): Ask {
  tokens += 1
  const token = tokens.toString(16).padStart(32, '0')
  const owner = { service: 'test', host: 'h', pid: 1, process: 'p1' }
  return { name, token, ttlMs: 10_000, owner, alone: true, withinMs: 1_000, ...more }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const loseMemory: [string, () => Promise<unknown>][] = [
  ['FLUSHALL', () => raw.flushall()],
  ['a restart', () => server.restart()],
]
for (const [what, lose] of loseMemory) {
  test(`after ${what} a voter grants nothing until every hold that it forgot has ended`, async () => {
    await bootstrapRedisNode(raw)
    const node = open({ quarantineMs: QUARANTINE_MS })
    const held = ask('x', { alone: false })
    expect(await node.attempt([held])).toEqual([{ outcome: 'granted', fence: null }])
    await lose()
    const next = async () => {
      await pause(20)
      return (await node.attempt([ask('y', { alone: false })]))[0]
    }
    let answer = await next()
    while (answer?.outcome === 'unknown') answer = await next()
    expect(answer).toMatchObject({ outcome: 'refused', why: 'quarantined', remainingMs: expect.any(Number) })
    expect(await node.renew([held])).toMatchObject([{ why: 'not-held' }])
    while (answer?.outcome !== 'granted') answer = await next()
    expect(await raw.exists('lk:quarantine')).toBe(0)
  })
}

test('in quarantine it still renews and releases what it knows', async () => {
  await bootstrapRedisNode(raw)
  const node = open({ quarantineMs: QUARANTINE_MS })
  const held = ask('x', { alone: false })
  await node.attempt([held])
  await raw.del('lk:marker')
  expect(await node.attempt([ask('y', { alone: false })])).toMatchObject([{ why: 'quarantined' }])
  expect(await node.renew([held])).toMatchObject([{ outcome: 'granted' }])
  expect(await node.release([held])).toMatchObject([{ outcome: 'granted' }])
})

test('an empty voter that nobody bootstrapped does not vote', async () => {
  const node = open({ quarantineMs: QUARANTINE_MS })
  expect(await node.attempt([ask('x', { alone: false })])).toMatchObject([{ why: 'quarantined' }])
})

test('a lone server needs no marker', async () => {
  expect(await open().attempt([ask('x')])).toMatchObject([{ outcome: 'granted' }])
})

test('scripts that the server forgot are sent again', async () => {
  const node = open()
  await node.attempt([ask('x')])
  await raw.script('FLUSH')
  expect(await node.attempt([ask('y')])).toMatchObject([{ outcome: 'granted' }])
})

test('what the server reads after its time is not carried out', async () => {
  const node = open()
  await node.attempt([ask('warm')])
  server.process.freeze()
  const late = node.attempt([ask('x', { withinMs: 100 })])
  await pause(300)
  server.process.resume()
  expect(await late).toEqual([{ outcome: 'unknown', why: 'it came too late', maybeDone: false }])
  expect(await raw.exists('lk:{x}')).toBe(0)
})

test('a cut connection leaves it unknown, and nothing is sent again on the next one', async () => {
  const node = open()
  await node.attempt([ask('warm')])
  server.process.freeze()
  const cut = node.attempt([ask('x')])
  await pause(50)
  await server.restart()
  expect(await cut).toMatchObject([{ outcome: 'unknown', maybeDone: true }])
  let answer = await node.attempt([ask('after')])
  while (answer[0]?.outcome === 'unknown') {
    expect(answer[0].maybeDone).toBe(false)
    await pause(50)
    answer = await node.attempt([ask('after')])
  }
  expect(await raw.exists('lk:{x}')).toBe(0)
})

test('in a batch every tuple stands for itself', async () => {
  const node = open()
  await raw.set('lk:{bad}:queue', 'not a queue')
  const wait = { ticket: 'f'.repeat(32), heartbeatMs: 1_000 }
  const answers = await node.attempt([ask('bad', { wait }), ask('good'), ask('good')])
  expect(answers).toMatchObject([
    { outcome: 'unknown', maybeDone: false, why: expect.stringContaining('WRONGTYPE') },
    { outcome: 'granted' },
    { outcome: 'refused', why: 'held', holder: 'test@h' },
  ])
  expect(await raw.exists('lk:{bad}')).toBe(0)
})

test('the right to publish is not needed to release', async () => {
  await raw.call('ACL', 'SETUSER', 'mute', 'on', '>pw', '~*', '+@all', 'resetchannels')
  const node = open({ url: server.url.replace('redis://', 'redis://mute:pw@') })
  const held = ask('x')
  await node.attempt([held])
  await node.attempt([ask('x', { wait: { ticket: 'f'.repeat(32), heartbeatMs: 5_000 } })])
  expect(await node.release([held])).toMatchObject([{ outcome: 'granted' }])
  expect(await raw.exists('lk:{x}')).toBe(0)
})

test('a release wakes the process of the first live waiter only', async () => {
  const node = open()
  const heard: Record<string, Message[]> = { dead: [], first: [], second: [] }
  for (const [process, messages] of Object.entries(heard)) await node.listen(process, (m) => messages.push(m))
  const held = ask('x')
  await node.attempt([held])
  for (const [process, heartbeatMs] of [
    ['dead', 1],
    ['first', 5_000],
    ['second', 5_000],
  ] as const) {
    const owner = { service: process, host: 'h', pid: 1, process }
    const waiter = ask('x', { owner })
    await node.attempt([{ ...waiter, wait: { ticket: waiter.token, heartbeatMs } }])
    await pause(5)
  }
  await node.release([held])
  while (heard.first?.length === 0) await pause(5)
  await pause(50)
  expect(heard).toEqual({ dead: [], first: [{ kind: 'wake', name: 'x' }], second: [] })
})

test('fences grow even when the clock was lost, and are written beside the hold', async () => {
  const node = open()
  const first = ask('x')
  const [one] = await node.attempt([first])
  await node.release([first])
  await raw.del('lk:clock')
  const [two] = await node.attempt([ask('x')])
  if (one?.outcome !== 'granted' || two?.outcome !== 'granted') throw new Error('not granted')
  expect(BigInt(two.fence ?? 0) > BigInt(one.fence ?? 0)).toBe(true)
  const stored = (await raw.get('lk:{x}')) ?? ''
  expect(JSON.parse(stored.slice(33))).toMatchObject({
    fence: two.fence,
    ttl: 10_000,
    owner: { service: 'test' },
  })
})

test('who held it before can neither renew nor release the hold of another', async () => {
  const node = open()
  const [before, now] = [ask('x', { ttlMs: 20_000 }), ask('x')]
  await node.attempt([before])
  await node.release([before])
  await node.attempt([now])
  const stored = await raw.get('lk:{x}')
  expect(await node.renew([before])).toMatchObject([{ outcome: 'refused', why: 'not-held' }])
  expect(await raw.pttl('lk:{x}')).toBeLessThanOrEqual(10_000)
  expect(await node.release([before])).toMatchObject([{ outcome: 'refused', why: 'not-held' }])
  expect(await raw.get('lk:{x}')).toBe(stored)
})

test('a free lock goes to whoever waits first; on a voter of a quorum the queue decides nothing', async () => {
  const node = open()
  for (const alone of [true, false]) {
    const name = alone ? 'lone' : 'voter'
    const held = ask(name, { alone })
    await node.attempt([held])
    const waiter = ask(name, { alone })
    const waits = { ...waiter, wait: { ticket: waiter.token, heartbeatMs: 5_000 } }
    expect(await node.attempt([waits])).toMatchObject([{ why: 'held', place: 0 }])
    await node.release([held])
    const hasty = ask(name, { alone })
    expect(await node.attempt([hasty])).toMatchObject([alone ? { why: 'queued' } : { outcome: 'granted' }])
    expect(await node.attempt([waits])).toMatchObject([alone ? { outcome: 'granted' } : { why: 'held' }])
  }
})

test('what others wrote under the key is somebody else and stays', async () => {
  const node = open()
  await raw.set('lk:{x}', 'theirs')
  const asked = ask('x')
  expect(await node.attempt([asked])).toMatchObject([{ outcome: 'refused', why: 'held', holder: null }])
  expect(await node.release([asked])).toMatchObject([{ why: 'not-held' }])
  expect(await raw.get('lk:{x}')).toBe('theirs')
})

test('the index names what is held and waited for', async () => {
  const node = open()
  await node.attempt([ask('x'), ask('y')])
  expect((await raw.zrange('lk:index', '0', '-1')).sort()).toEqual(['x', 'y'])
})

test('a server without scripts certainly did nothing, and its complaint does not repeat the token', async () => {
  const bare = await startRedis(['--rename-command', 'EVALSHA', ''])
  try {
    const asked = ask('orders/bare')
    const [answer] = await open({ url: bare.url }).attempt([asked])
    expect(answer).toMatchObject({ outcome: 'unknown', maybeDone: false })
    expect(JSON.stringify(answer)).not.toContain(asked.token)
  } finally {
    await bare.close()
  }
})
