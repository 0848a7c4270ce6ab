import { expect, test } from 'vitest'
import { simulate } from '../simulation/simulation.ts'
import type { LockError } from './errors.ts'

const failure = (error: unknown) => error as LockError

test('is granted as soon as a majority has answered', async () => {
  const { clock, nodes, client } = simulate(5)
  for (const node of nodes.slice(3)) node.latencyMs = 400
  const hold = await clock.until(client('a').acquire('x', { ttlMs: 10_000 }))
  expect(clock.now()).toBe(2)
  expect(hold.votes.filter((vote) => vote.outcome === 'granted')).toHaveLength(3)
  expect((await clock.until(hold.allVotes)).map((vote) => vote.outcome)).toEqual([
    'granted',
    'granted',
    'granted',
    'unknown',
    'unknown',
  ])
  expect(BigInt(hold.fence ?? 0)).toBeGreaterThan(0n)
})

test('is granted with two of five nodes frozen, before their deadline', async () => {
  const { clock, nodes, client } = simulate(5)
  nodes[0]?.freeze()
  nodes[1]?.freeze()
  const hold = await clock.until(client('a').acquire('x', { ttlMs: 10_000 }))
  expect(clock.now()).toBeLessThan(500)
  expect(hold.remainingMs()).toBe(10_000 - 102 - clock.now())
})

test('says no quorum, and not held, when three of five are frozen; and gives back what it got', async () => {
  const { clock, nodes, client } = simulate(5)
  for (const node of nodes.slice(0, 3)) node.freeze()
  const error = await clock.until(client('a').acquire('x', { ttlMs: 10_000 }).catch(failure))
  expect(error).toMatchObject({ code: 'no_quorum', lock: 'x' })
  for (const silent of ['n1', 'n2', 'n3']) expect((error as LockError).message).toContain(silent)
  expect(nodes.some((node) => node.holds('x'))).toBe(false)
  for (const node of nodes) node.thaw()
  await clock.advance(15_000)
  expect(nodes.some((node) => node.holds('x'))).toBe(false)
})

test('takes back a grant that lands after everybody has gone on', async () => {
  const { clock, nodes, client } = simulate(5)
  for (const node of nodes.slice(0, 3)) {
    node.grantsLate = true
    node.freeze()
  }
  await clock.until(client('a').acquire('x', { ttlMs: 10_000 }).catch(failure))
  await clock.advance(3_000)
  for (const node of nodes) node.thaw()
  await clock.advance(2_000)
  expect(nodes.some((node) => node.holds('x'))).toBe(false)
})

test('takes back a grant that was overtaken by its release', async () => {
  const { clock, nodes, client } = simulate(5)
  await clock.until(client('a').acquire('x', { ttlMs: 10_000 }))
  const [slow] = nodes
  if (!slow) throw new Error('no node')
  slow.wipe()
  slow.latencyMs = 300
  const trying = client('b').tryAcquire('x', { ttlMs: 10_000 })
  await clock.advance(0)
  slow.latencyMs = 1
  expect(await clock.until(trying)).toMatchObject({ granted: false })
  expect(slow.asked.release).toBe(1)
  await clock.advance(1_500)
  expect(slow.asked.release).toBeGreaterThan(1)
  expect(slow.holds('x')).toBe(false)
})

test('refuses what a majority holds for somebody else, names the holder, and leaves no votes', async () => {
  const { clock, nodes, client } = simulate(5)
  const hold = await clock.until(client('a').acquire('x', { ttlMs: 10_000 }))
  nodes[4]?.wipe()
  const tried = await clock.until(client('b').tryAcquire('x', { ttlMs: 10_000 }))
  expect(tried).toMatchObject({ granted: false, why: 'held', holder: 'a@h' })
  expect(nodes[4]?.holds('x')).toBe(false)
  expect(hold.remainingMs()).toBeGreaterThan(0)
})

test('never hands out a hold whose time is already over', async () => {
  const { clock, nodes, client } = simulate(5)
  for (const node of nodes) node.latencyMs = 600
  const locks = client('a', { nodeTimeoutMs: 5_000 })
  const error = await clock.until(locks.acquire('x', { ttlMs: 1_000 }).catch(failure))
  expect(error).toMatchObject({ code: 'no_quorum' })
  await clock.advance(2_000)
  expect(nodes.some((node) => node.holds('x'))).toBe(false)
})

test('nodes that lost their memory do not vote: an error of its own', async () => {
  const { clock, nodes, client } = simulate(5)
  for (const node of nodes.slice(0, 3)) node.store.marker = false
  const error = await clock.until(client('a').acquire('x', { ttlMs: 10_000 }).catch(failure))
  expect(error).toMatchObject({ code: 'quarantined' })
  expect(nodes.some((node) => node.holds('x'))).toBe(false)
})

test('a killed node is named with its reason, and not asked to take back what it never got', async () => {
  const { clock, nodes, client } = simulate(5)
  for (const node of nodes.slice(0, 3)) node.kill()
  const error = await clock.until(client('a').acquire('x', { ttlMs: 10_000 }).catch(failure))
  expect((error as LockError).message).toContain('n1 (connection refused)')
  expect(nodes.map((node) => node.asked.release)).toEqual([0, 0, 0, 1, 1])
})

test('rivals that split the votes give them back and both get their turn', async () => {
  const { clock, nodes, client } = simulate(5)
  nodes.forEach((node, at) => {
    node.latencyMs = at + 1
  })
  const rivals = ['a', 'b', 'c'].map(async (service) => {
    const hold = await client(service).acquire('x', { ttlMs: 10_000, waitMs: 60_000 })
    expect(nodes.filter((node) => node.holder('x') === service).length).toBeGreaterThan(2)
    await clock.sleep(50)
    hold.assertHeld()
    await hold.release()
    return service
  })
  expect((await clock.until(Promise.all(rivals))).sort()).toEqual(['a', 'b', 'c'])
  await clock.advance(5_000)
  expect(nodes.some((node) => node.holds('x') || node.queued('x').length > 0)).toBe(false)
})

test('a release is repeated until a silent node acknowledges it', async () => {
  const { clock, nodes, client } = simulate(5)
  const hold = await clock.until(client('a').acquire('x', { ttlMs: 30_000 }))
  await clock.advance(100)
  nodes[0]?.freeze()
  await clock.until(hold.release())
  expect(hold.remainingMs()).toBe(0)
  expect(nodes[0]?.holds('x')).toBe(true)
  nodes[0]?.thaw()
  await clock.advance(2_000)
  expect(nodes[0]?.holds('x')).toBe(false)
})
