import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startRedis } from '../../rig/redis-server.ts'
import { bootstrapRedisNode } from './driver.ts'
import { fenceOf, holdOf, microsOf, pause, renewalOf, stageOnRedis, vote } from './testing/driver-stage.ts'

const stage = stageOnRedis()
const QUARANTINE_MS = 1_500

const loseMemory: [string, () => Promise<unknown>][] = [
  ['FLUSHALL', () => stage.raw.flushall()],
  ['a restart', () => stage.server.restart()],
]
for (const [what, lose] of loseMemory) {
  test(`after ${what} a voter grants nothing until every hold that it forgot has ended`, async () => {
    await bootstrapRedisNode(stage.raw)
    const node = stage.open({ quarantineMs: QUARANTINE_MS })
    const held = vote('x')
    expect(await node.attempt([held])).toMatchObject([{ outcome: 'granted' }])
    await lose()
    const next = async () => {
      await pause(20)
      return (await node.attempt([vote('y')]))[0]
    }
    let answer = await next()
    while (answer?.outcome === 'unknown') answer = await next()
    expect(answer).toMatchObject({ why: 'quarantined', remainingMs: expect.any(Number), holder: null })
    expect(await node.renew([renewalOf(held)])).toMatchObject([{ why: 'not-held' }])
    while (answer?.outcome !== 'granted') answer = await next()
    expect(await stage.raw.exists('lk:quarantine')).toBe(0)
  })
}

test('in quarantine it still renews and releases what it knows, and orders are obeyed', async () => {
  await bootstrapRedisNode(stage.raw)
  const node = stage.open({ quarantineMs: QUARANTINE_MS })
  const held = vote('x')
  await node.attempt([held])
  await stage.raw.del('lk:marker')
  expect(await node.attempt([vote('y'), vote('z')])).toMatchObject([
    { why: 'quarantined' },
    { why: 'quarantined' },
  ])
  expect(await node.renew([renewalOf(held)])).toMatchObject([{ outcome: 'granted' }])
  expect(await node.order([{ act: 'hold-back', name: 'x', forMs: 10 }])).toMatchObject([
    { outcome: 'granted' },
  ])
  expect(await node.release([holdOf(held)])).toMatchObject([{ outcome: 'granted' }])
})

test('an empty voter that nobody bootstrapped does not vote', async () => {
  const node = stage.open({ quarantineMs: QUARANTINE_MS })
  expect(await node.attempt([vote('x')])).toMatchObject([{ why: 'quarantined' }])
})

test('a lone server needs no marker', async () => {
  expect(await stage.open().attempt([vote('x')])).toMatchObject([{ outcome: 'granted' }])
  expect(await stage.raw.exists('lk:marker', 'lk:quarantine')).toBe(0)
})

test('another process with the memory of the one before may have forgotten the last of it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lockkeeper-test-'))
  const kept = await startRedis(['--dir', folder, '--dbfilename', 'kept.rdb', '--save', '3600 1'])
  const node = stage.open({ url: kept.url, quarantineMs: 60_000 })
  try {
    await expect.poll(() => node.attempt([vote('x')])).toMatchObject([{ why: 'quarantined' }])
    const look = stage.open({ url: kept.url, quarantineMs: 60_000 })
    const { Redis } = await import('ioredis')
    const raw = new Redis(kept.url).on('error', () => {})
    await raw.del('lk:quarantine')
    expect(await node.attempt([vote('x')])).toMatchObject([{ outcome: 'granted' }])
    await raw.save()
    const before = await raw.get('lk:marker')
    await kept.restart()
    await expect.poll(() => raw.get('lk:marker').catch(() => null)).toBe(before)
    await expect.poll(() => look.attempt([vote('y')])).toMatchObject([{ why: 'quarantined' }])
    expect(await raw.get('lk:marker')).not.toBe(before)
    expect(await node.attempt([vote('y')])).toMatchObject([{ why: 'quarantined' }])
    raw.disconnect()
  } finally {
    await node.close()
    await kept.close()
    await rm(folder, { recursive: true, force: true })
  }
})

test('a marker that does not name its process is told, and nobody is shut out for it', async () => {
  await stage.raw.set('lk:marker', '1')
  const node = stage.open({ quarantineMs: QUARANTINE_MS })
  expect(await node.attempt([vote('x')])).toMatchObject([{ outcome: 'granted' }])
  const runId = /run_id:(\w+)/.exec(await stage.raw.info('server'))?.[1]
  expect(await stage.raw.get('lk:marker')).toMatch(new RegExp(`^\\d+ ${runId}$`))
})

test('where nobody may ask which process it is, the marker alone decides', async () => {
  await stage.raw.call('ACL', 'SETUSER', 'blind', 'on', '>pw', '~*', '&*', '+@all', '-info')
  await stage.raw.set('lk:marker', `1 ${'0'.repeat(40)}`)
  const url = stage.server.url.replace('redis://', 'redis://blind:pw@')
  const node = stage.open({ url, quarantineMs: QUARANTINE_MS })
  expect(await node.attempt([vote('x')])).toMatchObject([{ outcome: 'granted' }])
  await stage.raw.del('lk:marker')
  expect(await node.attempt([vote('y')])).toMatchObject([{ why: 'quarantined' }])
})

test('to bootstrap says nothing of a server that has a marker', async () => {
  await bootstrapRedisNode(stage.raw)
  const marker = await stage.raw.get('lk:marker')
  await bootstrapRedisNode(stage.raw)
  expect(await stage.raw.get('lk:marker')).toBe(marker)
})

test('a vote for a fence follows the proposal, never goes back, and mistrusts what is far ahead', async () => {
  await bootstrapRedisNode(stage.raw)
  const node = stage.open({ quarantineMs: 60_000 })
  const now = BigInt(await microsOf(stage.raw))
  const proposal = now + 200_000n
  const far = now + 3_600_000_000n
  const asks = [
    vote('a', { proposal: String(proposal) }),
    vote('b', { proposal: String(proposal) }),
    vote('c', { proposal: '1' }),
    vote('d', { proposal: String(far) }),
  ]
  const fences = (await node.attempt(asks)).map(fenceOf)
  expect(fences).toEqual([proposal, proposal + 1n, proposal + 2n, proposal + 3n])
  expect(await stage.raw.get('lk:clock')).toBe(String(fences[3]))
  await stage.raw.del('lk:clock')
  const [late] = await node.attempt([vote('e', { proposal: '1' })])
  expect(fenceOf(late) >= now - 500_000n).toBe(true)
  expect(fenceOf(late) < proposal).toBe(true)
})

test('a renewal raises the fence of the hold and the clock, and never lowers them', async () => {
  await bootstrapRedisNode(stage.raw)
  const node = stage.open({ quarantineMs: 60_000 })
  const held = vote('x')
  const [granted] = await node.attempt([held])
  const high = fenceOf(granted) + 5_000_000n
  const stored = (await stage.raw.get('lk:{x}')) ?? ''
  expect(await node.renew([renewalOf(held, String(high)), renewalOf(held, '5'), renewalOf(held)])).toEqual(
    Array(3).fill({ outcome: 'granted', fence: String(high) }),
  )
  const raised = (await stage.raw.get('lk:{x}')) ?? ''
  expect(raised).toBe(stored.replace(/"fence":"\d+"/, `"fence":"${high}"`))
  expect(await stage.raw.pttl('lk:{x}')).toBeGreaterThan(9_000)
  expect(await stage.raw.get('lk:clock')).toBe(String(high))
  const [next] = await node.attempt([vote('y')])
  expect(fenceOf(next)).toBe(high + 1n)
})
