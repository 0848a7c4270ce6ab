import { expect, test } from 'vitest'
import { simulate } from '../simulation/simulation.ts'

test('those who wait on a quorum come in the order of the queue, and ask for votes only when it is their turn', async () => {
  const { clock, nodes, client } = simulate(5)
  const first = await clock.until(client('a').acquire('x', { ttlMs: 20_000 }))
  const came: string[] = []
  const waiting = ['b', 'c', 'd', 'e'].map(async (service, at) => {
    await clock.sleep(at * 20)
    await client(service).using('x', { ttlMs: 20_000, waitMs: 60_000 }, async () => {
      came.push(service)
      await clock.sleep(10)
    })
  })
  await clock.advance(500)
  const asked = nodes[4]?.asked.attempt ?? 0
  await clock.advance(2_500)
  // Only the first of the queue looks now and then whether the holder has gone without a word.
  expect((nodes[4]?.asked.attempt ?? 0) - asked).toBeLessThanOrEqual(4)
  await clock.until(first.release())
  await clock.until(Promise.all(waiting))
  expect(came).toEqual(['b', 'c', 'd', 'e'])
})

test('the queue moves to the next voter when the one that keeps it falls silent', async () => {
  const { clock, nodes, client } = simulate(5)
  const first = await clock.until(client('a').acquire('x', { ttlMs: 20_000 }))
  const waiting = client('b').acquire('x', { ttlMs: 20_000, waitMs: 60_000 })
  await clock.advance(200)
  expect(nodes[0]?.queued('x')).toHaveLength(1)
  nodes[0]?.kill()
  await clock.advance(3_000)
  expect(nodes[1]?.queued('x')).toHaveLength(1)
  await clock.until(first.release())
  const hold = await clock.until(waiting)
  expect(hold.remainingMs()).toBeGreaterThan(15_000)
})

test('who does not wait is not let past those who do, where the lock is known to be wanted', async () => {
  const { clock, client } = simulate(5)
  const first = await clock.until(client('a').acquire('x', { ttlMs: 20_000 }))
  const waiting = client('b').acquire('x', { ttlMs: 20_000, waitMs: 60_000 })
  await clock.advance(100)
  const hasty = client('c')
  expect(await clock.until(hasty.tryAcquire('x', { ttlMs: 20_000 }))).toMatchObject({
    granted: false,
    why: 'held',
  })
  const [tried] = await clock.until(
    Promise.all([hasty.tryAcquire('x', { ttlMs: 20_000 }), first.release()] as const),
  )
  expect(tried.granted).toBe(false)
  expect((await clock.until(waiting)).remainingMs()).toBeGreaterThan(0)
})

test('fences grow from hold to hold, also when the voters that grant are other ones each time', async () => {
  const { clock, nodes, client } = simulate(5)
  const fences: bigint[] = []
  for (let round = 0; round < 10; round++) {
    const silent = [nodes[round % 5], nodes[(round + 2) % 5]]
    for (const node of silent) node?.freeze()
    const hold = await clock.until(client(`c${round}`).acquire('x', { ttlMs: 2_000, waitMs: 20_000 }))
    fences.push(BigInt(hold.fence ?? 0))
    await clock.until(hold.release())
    for (const node of silent) node?.thaw()
  }
  expect([...fences].sort((a, b) => (a < b ? -1 : 1))).toEqual(fences)
  expect(new Set(fences).size).toBe(fences.length)
})

test('a client whose clock is behind takes over the fence that the voters know, and writes it back before it is granted', async () => {
  const { clock, nodes, client } = simulate(5)
  const behind = { ...clock, wall: () => clock.wall() - 60_000 }
  const first = await clock.until(client('a').acquire('x', { ttlMs: 2_000 }))
  await clock.until(first.release())
  const second = await clock.until(client('b', { clock: behind }).acquire('x', { ttlMs: 2_000 }))
  expect(BigInt(second.fence ?? 0) > BigInt(first.fence ?? 0)).toBe(true)
  const fence = Number(second.fence)
  expect(nodes.filter((node) => node.store.lastFence >= fence).length).toBeGreaterThan(2)
})
