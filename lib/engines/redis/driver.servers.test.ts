import { expect, test } from 'vitest'
import { ask, fenceOf, holdOf, pause, renewalOf, stageOnRedis, wait } from './testing/driver-stage.ts'

const stage = stageOnRedis()

test('a hold is a string with its token, its fence, its owner and its time', async () => {
  const node = stage.open()
  const asked = ask('orders/42')
  const [answer] = await node.attempt([asked])
  const stored = (await stage.raw.get('lk:{orders/42}')) ?? ''
  expect(stored.slice(0, 33)).toBe(`${asked.token} `)
  expect(JSON.parse(stored.slice(33))).toEqual({
    fence: String(fenceOf(answer)),
    since: expect.any(Number),
    ttl: 10_000,
    owner: asked.owner,
  })
  expect(await stage.raw.pttl('lk:{orders/42}')).toBeGreaterThan(9_000)
  expect(await stage.raw.get('lk:clock')).toBe(String(fenceOf(answer)))
})

test('asking again with the same token is granted again, with the same fence and a full TTL', async () => {
  const node = stage.open()
  const asked = ask('x')
  const first = await node.attempt([asked])
  await stage.raw.pexpire('lk:{x}', 1_000)
  expect(await node.attempt([asked])).toEqual(first)
  expect(await stage.raw.pttl('lk:{x}')).toBeGreaterThan(9_000)
})

test('fences grow within a batch, from hold to hold, and when the clock was lost or runs ahead', async () => {
  const node = stage.open()
  const fences: bigint[] = []
  const grant = async (...names: string[]) => {
    const asks = names.map((name) => ask(name))
    fences.push(...(await node.attempt(asks)).map(fenceOf))
    await node.release(asks.map(holdOf))
  }
  await grant('a', 'b', 'c')
  await grant('a')
  await stage.raw.del('lk:clock')
  await grant('a')
  await stage.raw.set('lk:clock', String((fences.at(-1) ?? 0n) + 60_000_000n))
  await grant('b', 'a')
  expect(fences.every((fence, at) => at === 0 || fence > (fences[at - 1] ?? 0n))).toBe(true)
})

test('who held it before can neither renew nor release the hold of another', async () => {
  const node = stage.open()
  const [before, now] = [ask('x', { ttlMs: 20_000 }), ask('x')]
  await node.attempt([before])
  await node.release([holdOf(before)])
  await node.attempt([now])
  const stored = await stage.raw.get('lk:{x}')
  expect(await node.renew([renewalOf(before)])).toMatchObject([{ outcome: 'refused', why: 'not-held' }])
  expect(await stage.raw.pttl('lk:{x}')).toBeLessThanOrEqual(10_000)
  expect(await node.release([holdOf(before)])).toMatchObject([{ outcome: 'refused', why: 'not-held' }])
  expect(await stage.raw.get('lk:{x}')).toBe(stored)
})

test('a renewal gives a full TTL and tells the fence again', async () => {
  const node = stage.open()
  const asked = ask('x')
  const granted = await node.attempt([asked])
  await stage.raw.pexpire('lk:{x}', 500)
  expect(await node.renew([renewalOf(asked)])).toEqual(granted)
  expect(await stage.raw.pttl('lk:{x}')).toBeGreaterThan(9_000)
})

test('a release leaves nothing of the name, and a second one finds nothing', async () => {
  const node = stage.open()
  const asked = ask('x')
  await node.attempt([asked])
  expect(await node.release([holdOf(asked), holdOf(asked)])).toMatchObject([
    { outcome: 'granted' },
    { why: 'not-held' },
  ])
  expect(await stage.raw.keys('*')).toEqual(['lk:clock'])
})

const foreign: [string, () => Promise<unknown>][] = [
  ['a string', () => stage.raw.set('lk:{x}', 'theirs')],
  ['a list', () => stage.raw.rpush('lk:{x}', 'theirs')],
  ['a hash', () => stage.raw.hset('lk:{x}', 'their', 's')],
]
for (const [what, write] of foreign) {
  test(`${what} that others keep under the key is somebody who holds it, and stays`, async () => {
    const node = stage.open()
    await write()
    const dump = await stage.raw.dump('lk:{x}')
    const [alone, counted] = [ask('x'), ask('x', { permits: 3 })]
    expect(await node.attempt([alone, counted])).toMatchObject([
      { outcome: 'refused', why: 'held', holder: null },
      { outcome: 'refused', why: 'held', holder: null },
    ])
    const refs = [holdOf(alone), holdOf(counted)]
    expect(await node.renew([renewalOf(alone), renewalOf(counted)])).toMatchObject([
      { why: 'not-held' },
      { why: 'not-held' },
    ])
    expect(await node.release(refs)).toMatchObject([{ why: 'not-held' }, { why: 'not-held' }])
    expect(await node.read(['x'])).toMatchObject([{ held: true, holder: null, holders: 1 }])
    expect(await stage.raw.dump('lk:{x}')).toBe(dump)
  })
}

test('in a batch every tuple stands for itself', async () => {
  const node = stage.open()
  await stage.raw.set('lk:{bad}:queue', 'not a queue')
  const answers = await node.attempt([wait('bad', 'p1'), ask('good'), ask('good')])
  expect(answers).toMatchObject([
    { outcome: 'unknown', maybeDone: false, why: expect.stringContaining('WRONGTYPE') },
    { outcome: 'granted' },
    { outcome: 'refused', why: 'held', holder: 'test@h' },
  ])
  expect(await stage.raw.exists('lk:{bad}')).toBe(0)
})

test('asks that differ in everything travel in one call and are told apart', async () => {
  const node = stage.open()
  const asks = [
    ask('a'),
    ask('b', { ttlMs: 20_000 }),
    ask('c', { permits: 2 }),
    ask('a', { owner: { ...ask('a').owner, service: 'other' } }),
    ask('d', { heartbeatMs: 5_000 }),
  ]
  await node.attempt([ask('warm')])
  await stage.raw.config('RESETSTAT')
  const outcomes = (await node.attempt(asks)).map(({ outcome }) => outcome)
  expect(outcomes).toEqual(['granted', 'granted', 'granted', 'refused', 'granted'])
  expect(await stage.raw.info('commandstats')).toMatch(/cmdstat_evalsha:calls=1,/)
  expect(await stage.raw.pttl('lk:{b}')).toBeGreaterThan(10_000)
  expect(await node.release(asks.map(holdOf))).toMatchObject(
    outcomes.map((outcome) => (outcome === 'granted' ? { outcome } : { why: 'not-held' })),
  )
})

test('the index names what is held, and forgets what is long gone', async () => {
  const node = stage.open()
  const [x, y] = [ask('x'), ask('y')]
  const names = async () => (await stage.raw.zrange('lk:index', '0', '-1')).sort()
  await node.attempt([x, y])
  await expect.poll(names).toEqual(['x', 'y'])
  expect(Number(await stage.raw.zscore('lk:index', 'x'))).toBeGreaterThan(Date.now() + 5_000)
  await node.release([holdOf(x)])
  expect(await names()).toEqual(['y'])
  await stage.raw.zadd('lk:index', Date.now() - 120_000, 'gone')
  await node.attempt([ask('z')])
  await expect.poll(names).toEqual(['y', 'z'])
})

test('the index is told at once of permits, places in a queue and renewals', async () => {
  const node = stage.open()
  const held = ask('x')
  await node.attempt([held, wait('queued', 'p2'), ask('counted', { permits: 2 })])
  await node.attempt([ask('queued', { ttlMs: 1 }), wait('queued', 'p2')])
  await node.renew([renewalOf(held)])
  expect((await stage.raw.zrange('lk:index', '0', '-1')).sort()).toEqual(['counted', 'queued', 'x'])
})

test('a reading changes nothing and says who holds, waits and for how long', async () => {
  const node = stage.open()
  await node.attempt([ask('x'), wait('x', 'p2'), wait('x', 'p2', { heartbeatMs: 1 })])
  await pause(5)
  const before = await stage.raw.hgetall('lk:{x}:waiters')
  const nothing = { held: false, holder: null, holders: 0, permits: null, remainingMs: null, waiters: 0 }
  expect(await node.read(['x', 'free'])).toEqual([
    {
      ...{ name: 'x', held: true, holder: 'test@h', holders: 1, permits: 1, slots: [], waiters: 1 },
      ...{ remainingMs: expect.any(Number), closedForMs: null },
    },
    { name: 'free', ...nothing, slots: [], closedForMs: null },
  ])
  expect(await stage.raw.hgetall('lk:{x}:waiters')).toEqual(before)
})
