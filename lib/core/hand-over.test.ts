import { expect, test } from 'vitest'
import { simulate } from '../simulation/simulation.ts'

test('a release hands the lock to the next waiter, which needs no command of its own for it', async () => {
  const { clock, nodes, client } = simulate(1)
  const [node] = nodes
  const first = await clock.until(client('a').acquire('x', { ttlMs: 10_000 }))
  const waiting = client('b').acquire('x', { ttlMs: 10_000, waitMs: 60_000 })
  await clock.advance(100)
  const asked = node?.asked.attempt
  await clock.until(first.release())
  const hold = await clock.until(waiting)
  expect(node?.asked.attempt).toBe(asked)
  expect(node?.holder('x')).toBe('b')
  expect(BigInt(hold.fence ?? 0) > BigInt(first.fence ?? 0)).toBe(true)
})

test('within one process the answer to the release tells, and no message is needed', async () => {
  const { clock, nodes, client } = simulate(1)
  const [node] = nodes
  if (!node) throw new Error('no node')
  const locks = client('a')
  const first = await clock.until(locks.acquire('x', { ttlMs: 10_000 }))
  const waiting = locks.acquire('x', { ttlMs: 10_000, waitMs: 60_000 })
  await clock.advance(100)
  const told: unknown[] = []
  node.store.listen('', 'a', (message) => told.push(message))
  await clock.until(first.release())
  expect((await clock.until(waiting)).remainingMs()).toBeGreaterThan(0)
  expect(told).toEqual([])
})

test('a hold that was handed over counts from the last heartbeat that the node has acknowledged', async () => {
  const { clock, client } = simulate(1)
  const first = await clock.until(client('a').acquire('x', { ttlMs: 9_000 }))
  const waiting = client('b').acquire('x', { ttlMs: 9_000, waitMs: 60_000 })
  // It asks first, and queues when it is refused.
  const queuedAt = clock.now() + 2
  await clock.advance(500)
  await clock.until(first.release())
  const hold = await clock.until(waiting)
  expect(hold.remainingMs()).toBe(9_000 - 92 - (clock.now() - queuedAt))
})

test('it is renewed before it is handed out when a third of its time has gone', async () => {
  const { clock, nodes, client } = simulate(1)
  const [node] = nodes
  if (!node) throw new Error('no node')
  const first = await clock.until(client('a').acquire('x', { ttlMs: 1_200 }))
  const waiting = client('b').acquire('x', { ttlMs: 1_200, waitMs: 60_000 })
  await clock.advance(300)
  // The heartbeats of the waiter are lost from now on, on the way.
  const { attempt } = node
  node.attempt = async (asks) => {
    await clock.sleep(5_000)
    return attempt(asks)
  }
  await clock.advance(500)
  await clock.until(first.release())
  const hold = await clock.until(waiting)
  expect(node.asked.renew).toBeGreaterThan(0)
  expect(hold.remainingMs()).toBeGreaterThan(1_200 - 14 - 10)
})

test('a waiter that stood still for longer than its TTL is never given what was handed to it', async () => {
  const { clock, nodes, client } = simulate(1)
  const [node] = nodes
  if (!node) throw new Error('no node')
  const first = await clock.until(client('a').acquire('x', { ttlMs: 1_000 }))
  const waiting = client('b').acquire('x', { ttlMs: 1_000, waitMs: 60_000 })
  await clock.advance(100)
  // Handed over, and the message lies in the socket of a process that is stopped.
  const releasing = first.release()
  node.latencyMs = 0
  clock.stall(5_000)
  await clock.until(releasing)
  const third = client('c').acquire('x', { ttlMs: 1_000, waitMs: 60_000 })
  const holds = await clock.until(Promise.race([waiting, third]))
  expect(holds.remainingMs()).toBeGreaterThan(0)
  await clock.until(holds.release())
  const other = await clock.until(Promise.all([waiting, third]))
  expect(other.every((hold) => hold === holds || hold.remainingMs() > 0)).toBe(true)
})

test('a waiter that is aborted while the lock is handed to it gives it on', async () => {
  const { clock, nodes, client } = simulate(1)
  const first = await clock.until(client('a').acquire('x', { ttlMs: 10_000 }))
  const giveUp = new AbortController()
  const second = client('b').acquire('x', { ttlMs: 10_000, waitMs: 60_000, signal: giveUp.signal })
  const outcome = second.catch((error) => error.code)
  await clock.advance(100)
  const third = client('c').acquire('x', { ttlMs: 10_000, waitMs: 60_000 })
  await clock.advance(100)
  const releasing = first.release()
  giveUp.abort()
  await clock.until(releasing)
  expect(await clock.until(outcome)).toBe('aborted')
  expect((await clock.until(third)).remainingMs()).toBeGreaterThan(9_000)
  expect(nodes[0]?.queued('x')).toEqual([])
})

test('when the message is lost, the heartbeat finds out', async () => {
  const { clock, nodes, client } = simulate(1)
  const [node] = nodes
  if (!node) throw new Error('no node')
  const { listen } = node
  node.listen = async () => async () => {}
  const first = await clock.until(client('a').acquire('x', { ttlMs: 10_000 }))
  const waiting = client('b').acquire('x', { ttlMs: 10_000, waitMs: 60_000 })
  await clock.advance(100)
  await clock.until(first.release())
  const hold = await clock.until(waiting)
  node.listen = listen
  expect(hold.remainingMs()).toBeGreaterThan(9_000)
})
