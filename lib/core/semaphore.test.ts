import { expect, test } from 'vitest'
import { simulate } from '../simulation/simulation.ts'
import type { Hold } from './hold.ts'

for (const count of [1, 5]) {
  test(`on ${count}: as many hold it as there are permits, and no more`, async () => {
    const { clock, client } = simulate(count)
    const options = { ttlMs: 5_000, permits: 3 }
    const tried = await clock.until(
      Promise.all(['a', 'b', 'c', 'd', 'e'].map((service) => client(service).tryAcquire('x', options))),
    )
    const holds = tried.flatMap((one) => (one.granted ? [one.hold] : []))
    expect(holds.length).toBeGreaterThan(0)
    expect(holds.length).toBeLessThanOrEqual(3)
    while (holds.length < 3)
      holds.push(await clock.until(client('f').acquire('x', { ...options, waitMs: 9_000 })))
    expect(await clock.until(client('g').tryAcquire('x', options))).toMatchObject({
      granted: false,
      why: 'held',
    })
    expect(holds.every((hold) => hold.remainingMs() > 0 && hold.fence === null && hold.permits === 3)).toBe(
      true,
    )
  })

  test(`on ${count}: a waiter gets the permit that is given back`, async () => {
    const { clock, client } = simulate(count)
    const options = { ttlMs: 20_000, permits: 2, waitMs: 60_000 }
    const holds: Hold[] = []
    for (const service of ['a', 'b']) holds.push(await clock.until(client(service).acquire('x', options)))
    const waiting = client('c').acquire('x', options)
    await clock.advance(300)
    await clock.until(holds[1]?.release() ?? Promise.resolve())
    expect((await clock.until(waiting)).remainingMs()).toBeGreaterThan(15_000)
    expect(holds[0]?.remainingMs()).toBeGreaterThan(15_000)
  })

  test(`on ${count}: another number of permits than the others use is refused, and leaves nothing`, async () => {
    const { clock, nodes, client } = simulate(count)
    const hold = await clock.until(client('a').acquire('x', { ttlMs: 5_000, permits: 2 }))
    const other = client('b').acquire('x', { ttlMs: 5_000, permits: 3, waitMs: 9_000 })
    const error = await clock.until(other.catch((one) => one))
    if (count === 1)
      expect(error).toMatchObject({ code: 'invalid', hint: expect.stringContaining('permits') })
    await clock.until(hold.release())
    await clock.advance(6_000)
    expect(nodes.every((node) => node.queued('x').length === 0)).toBe(true)
  })
}

test('a permit is no promise for correctness: there is no fence among several', async () => {
  const { clock, client } = simulate(1)
  const locks = client('a', { purpose: 'correctness' })
  const asked = locks.acquire('x', { ttlMs: 5_000, permits: 2 })
  await expect(clock.until(asked)).rejects.toMatchObject({ code: 'unsupported' })
  const overruled = { ttlMs: 5_000, permits: 2, withoutFence: 'the database refuses doubles by itself' }
  expect((await clock.until(locks.acquire('x', overruled))).fence).toBeNull()
  expect((await clock.until(locks.acquire('y', { ttlMs: 5_000 }))).fence).not.toBeNull()
})
