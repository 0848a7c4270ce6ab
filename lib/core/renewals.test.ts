import { expect, test } from 'vitest'
import { simulate } from '../simulation/simulation.ts'

test('all holds of one TTL are renewed in the same beat, at most 250 in a command', async () => {
  const { clock, nodes, client } = simulate(1)
  const locks = client('a')
  const names = Array.from({ length: 600 }, (_, at) => `n${at}`)
  const holds = await clock.until(Promise.all(names.map((name) => locks.acquire(name, { ttlMs: 9_000 }))))
  const before = nodes[0]?.asked.renew ?? 0
  await clock.advance(6_500)
  expect((nodes[0]?.asked.renew ?? 0) - before).toBe(2 * Math.ceil(600 / 250))
  expect(holds.every((hold) => hold.remainingMs() > 5_000)).toBe(true)
})

test('what is asked for in one turn of the event loop travels together, at most 32 in a command', async () => {
  const { clock, nodes, client } = simulate(1)
  const locks = client('a')
  const names = Array.from({ length: 64 }, (_, at) => `n${at}`)
  const holds = await clock.until(Promise.all(names.map((name) => locks.acquire(name, { ttlMs: 9_000 }))))
  expect(nodes[0]?.asked.attempt).toBe(2)
  await clock.until(Promise.all(holds.map((hold) => hold.release())))
  expect(nodes[0]?.asked.release).toBe(2)
})

test('a hold whose owner is not well is not renewed, and ends', async () => {
  const { clock, client } = simulate(5)
  let well = true
  const hold = await clock.until(client('a').acquire('x', { ttlMs: 3_000, renewWhile: () => well }))
  await clock.advance(20_000)
  expect(hold.remainingMs()).toBeGreaterThan(0)
  well = false
  await clock.advance(3_000)
  expect(hold.signal.reason).toMatchObject({ code: 'lost' })
})

test('a check that throws says no', async () => {
  const { clock, client } = simulate(1)
  const renewWhile = async () => Promise.reject(new Error('no database'))
  const hold = await clock.until(client('a').acquire('x', { ttlMs: 3_000, renewWhile }))
  await clock.advance(3_100)
  expect(hold.signal.aborted).toBe(true)
})

test('after a standstill what is over is lost in the first turn', async () => {
  const { clock, client } = simulate(1)
  const hold = await clock.until(client('a').acquire('x', { ttlMs: 1_000 }))
  clock.stall(2_500)
  expect(hold.remainingMs()).toBe(0)
  await clock.advance(1)
  expect(hold.signal.reason).toMatchObject({ code: 'lost' })
})
