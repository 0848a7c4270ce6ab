import { expect, test } from 'vitest'
import { simulate } from '../simulation/simulation.ts'
import type { LockError } from './errors.ts'

test('is renewed for as long as it is not released', async () => {
  const { clock, client } = simulate(5)
  const hold = await clock.until(client('a').acquire('x', { ttlMs: 3_000 }))
  await clock.advance(60_000)
  expect(hold.signal.aborted).toBe(false)
  expect(hold.remainingMs()).toBeGreaterThan(1_000)
  await clock.until(hold.release())
  await clock.until(hold.release())
  expect(() => hold.assertHeld()).toThrow('released')
  expect(hold.signal.aborted).toBe(false)
})

test('counts from the sending of the last acknowledged renewal', async () => {
  const { clock, nodes, client } = simulate(5)
  for (const node of nodes) node.latencyMs = 100
  const locks = client('a', { nodeTimeoutMs: 500, autoRenew: false })
  const hold = await clock.until(locks.acquire('x', { ttlMs: 3_000 }))
  expect(clock.now()).toBe(200)
  expect(hold.remainingMs()).toBe(3_000 - 32 - 200)
  await clock.advance(800)
  expect(await clock.until(hold.renew())).toBe(true)
  expect(hold.remainingMs()).toBe(3_000 - 32 - 200)
})

test('is lost within its time when renewals get no answer', async () => {
  const { clock, nodes, client } = simulate(5)
  const hold = await clock.until(client('a').acquire('x', { ttlMs: 3_000 }))
  for (const node of nodes) node.freeze()
  let lostAt = Number.POSITIVE_INFINITY
  hold.signal.addEventListener('abort', () => {
    lostAt = clock.now()
  })
  await clock.advance(2_900)
  expect(hold.signal.aborted).toBe(false)
  await clock.advance(100)
  expect(lostAt).toBeLessThanOrEqual(3_000 - 32)
  expect(hold.signal.reason).toMatchObject({ code: 'lost' })
  expect(hold.remainingMs()).toBe(0)
})

test('survives silence that is shorter than what remains', async () => {
  const { clock, nodes, client } = simulate(5)
  const hold = await clock.until(client('a').acquire('x', { ttlMs: 3_000 }))
  for (const node of nodes) node.freeze()
  await clock.advance(2_000)
  for (const node of nodes) node.thaw()
  await clock.advance(10_000)
  expect(hold.signal.aborted).toBe(false)
})

test('is lost at once when a majority no longer knows it, and not when a minority does not', async () => {
  const { clock, nodes, client } = simulate(5)
  const hold = await clock.until(client('a').acquire('x', { ttlMs: 3_000 }))
  await clock.advance(100)
  nodes[0]?.wipe()
  nodes[1]?.wipe()
  await clock.advance(10_000)
  expect(hold.signal.aborted).toBe(false)
  nodes[2]?.wipe()
  await clock.advance(1_100)
  expect(hold.signal.aborted).toBe(true)
  await clock.advance(1_000)
  expect(nodes.some((node) => node.holds('x'))).toBe(false)
})

test('knows after a stall that its time is over, before any timer has run', async () => {
  const { clock, client } = simulate(5)
  const hold = await clock.until(client('a').acquire('x', { ttlMs: 3_000 }))
  clock.stall(5_000)
  expect(hold.remainingMs()).toBe(0)
  expect(() => hold.assertHeld()).toThrow('time ran out')
})

test('without renewal it ends by itself and gives back its votes', async () => {
  const { clock, nodes, client } = simulate(5)
  const hold = await clock.until(client('a').acquire('x', { ttlMs: 3_000, autoRenew: false }))
  await clock.advance(3_000)
  expect(hold.signal.reason).toMatchObject({ code: 'lost' })
  expect(nodes.every((node) => node.asked.renew === 0)).toBe(true)
})

test('a hold that was renewed for long is still given back to a node that could not be told at first', async () => {
  const { clock, nodes, client } = simulate(5)
  const hold = await clock.until(client('a').acquire('x', { ttlMs: 3_000 }))
  await clock.advance(60_000)
  const [cut] = nodes
  if (!cut) throw new Error('no node')
  const { release } = cut
  cut.release = async () => [{ outcome: 'unknown', why: 'connection cut', maybeDone: false }]
  await clock.until(hold.release())
  expect(cut.holds('x')).toBe(true)
  cut.release = release
  await clock.advance(200)
  expect(cut.holds('x')).toBe(false)
})

test('using releases after the work, also when the work fails', async () => {
  const { clock, nodes, client } = simulate(3)
  const locks = client('a')
  const seven = locks.using('x', { ttlMs: 3_000 }, async (hold) => {
    hold.assertHeld()
    return 7
  })
  expect(await clock.until(seven)).toBe(7)
  const failing = locks.using('x', { ttlMs: 3_000 }, () => Promise.reject(new Error('mine')))
  await expect(clock.until(failing)).rejects.toThrow('mine')
  await clock.advance(100)
  expect(nodes.some((node) => node.holds('x'))).toBe(false)
})

test('using says so when the lock was lost before the work was done', async () => {
  const { clock, nodes, client } = simulate(3)
  const work = client('a').using('x', { ttlMs: 3_000 }, async () => {
    for (const node of nodes) node.wipe()
    await clock.sleep(10_000)
  })
  await expect(clock.until(work)).rejects.toMatchObject({ code: 'lost' } satisfies Partial<LockError>)
})

test('closing gives everything back and refuses what comes after', async () => {
  const { clock, nodes, client } = simulate(3)
  const locks = client('a')
  await clock.until(locks.acquire('x', { ttlMs: 3_000 }))
  const waiting = client('b').acquire('x', { ttlMs: 3_000, waitMs: 60_000 })
  const given = locks.acquire('x', { ttlMs: 3_000, waitMs: 60_000 }).catch((error: LockError) => error.code)
  await clock.advance(500)
  await clock.until(locks.close())
  expect(await given).toBe('closed')
  expect((await clock.until(waiting)).name).toBe('x')
  await expect(locks.acquire('y', { ttlMs: 3_000 })).rejects.toMatchObject({ code: 'closed' })
  await clock.advance(100)
  expect(nodes.every((node) => node.queued('x').length === 0)).toBe(true)
})

test('once closed nothing goes on, whatever the nodes do', async () => {
  const { clock, nodes, client } = simulate(5)
  const locks = client('a')
  await clock.until(locks.acquire('x', { ttlMs: 30_000 }))
  await clock.until(locks.acquire('y', { ttlMs: 30_000 }))
  nodes[0]?.freeze()
  nodes[1]?.kill()
  await clock.advance(20_000)
  await clock.until(locks.close())
  expect(clock.sleepers).toBe(0)
})
