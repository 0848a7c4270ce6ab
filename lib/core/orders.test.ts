import { expect, test } from 'vitest'
import { simulate } from '../simulation/simulation.ts'

for (const count of [1, 5]) {
  test(`on ${count}: nobody is granted while it is frozen, and the holder is renewed`, async () => {
    const { clock, client } = simulate(count)
    const hold = await clock.until(client('a').acquire('x', { ttlMs: 3_000 }))
    const ops = client('ops')
    const frozen = await clock.until(ops.freeze('x', { forMs: 20_000, message: 'migration', by: 'ana' }))
    expect(frozen.inForce).toBe(true)
    await clock.advance(10_000)
    expect(hold.remainingMs()).toBeGreaterThan(0)
    await clock.until(hold.release())
    const tried = await clock.until(client('b').tryAcquire('x', { ttlMs: 3_000 }))
    expect(tried).toMatchObject({ granted: false, why: 'frozen', message: 'migration' })
    const error = await clock.until(
      client('b')
        .acquire('x', { ttlMs: 3_000, waitMs: 500 })
        .catch((one) => one),
    )
    expect(error).toMatchObject({ code: 'frozen', message: expect.stringContaining('migration') })
    const waiting = client('c').acquire('x', { ttlMs: 3_000, waitMs: 60_000 })
    expect((await clock.until(waiting)).remainingMs()).toBeGreaterThan(0)
    expect(clock.now()).toBeGreaterThan(20_000)
  })

  test(`on ${count}: unfreezing lets whoever waits in at once`, async () => {
    const { clock, client } = simulate(count)
    const ops = client('ops')
    await clock.until(ops.freeze('x', { forMs: 60_000, message: 'later' }))
    const waiting = client('b').acquire('x', { ttlMs: 3_000, waitMs: 60_000 })
    await clock.advance(500)
    await clock.until(ops.unfreeze('x'))
    expect((await clock.until(waiting)).remainingMs()).toBeGreaterThan(0)
    expect(clock.now()).toBeLessThan(5_000)
  })

  test(`on ${count}: a holder that is asked to let go keeps what it has until it does`, async () => {
    const { clock, client } = simulate(count)
    const hold = await clock.until(client('a').acquire('x', { ttlMs: 3_000 }))
    const { inForce } = await clock.until(client('ops').ask('x', { message: 'deploying', by: 'ana' }))
    expect(inForce).toBe(true)
    await clock.advance(1_500)
    expect(hold.signal.reason).toMatchObject({ code: 'asked', message: expect.stringContaining('deploying') })
    expect(hold.notice).toMatchObject({ kind: 'ask', by: 'ana' })
    await clock.advance(30_000)
    expect(hold.remainingMs()).toBeGreaterThan(0)
    hold.assertHeld()
  })

  test(`on ${count}: what is let lapse is good to its end, and lost then`, async () => {
    const { clock, nodes, client } = simulate(count)
    const hold = await clock.until(client('a').acquire('x', { ttlMs: 6_000 }))
    await clock.advance(500)
    await clock.until(client('ops').lapse('x', { message: 'stuck', by: 'ana' }))
    await clock.advance(2_500)
    expect(hold.signal.reason).toMatchObject({ code: 'lapsing' })
    expect(hold.remainingMs()).toBeGreaterThan(0)
    await clock.advance(6_000)
    expect(() => hold.assertHeld()).toThrow('lost')
    expect(nodes.some((node) => node.holds('x'))).toBe(false)
  })

  test(`on ${count}: nobody can be asked for a lock that nobody holds`, async () => {
    const { clock, client } = simulate(count)
    const { inForce } = await clock.until(client('ops').ask('x', { message: 'hello?' }))
    expect(inForce).toBe(false)
  })
}

test('a freeze that only a minority has stored is not in force, and says so', async () => {
  const { clock, nodes, client } = simulate(5)
  for (const node of nodes.slice(0, 3)) node.kill()
  const { inForce, votes } = await clock.until(client('ops').freeze('x', { forMs: 9_000, message: 'm' }))
  expect(inForce).toBe(false)
  expect(votes.map((vote) => vote.outcome)).toEqual(['unknown', 'unknown', 'unknown', 'granted', 'granted'])
})

test('a day is the longest that it can be closed for', async () => {
  const { client } = simulate(1)
  for (const forMs of [0, -1, 1.5, Number.NaN, 86_400_001])
    await expect(client('ops').freeze('x', { forMs, message: '' })).rejects.toMatchObject({ code: 'invalid' })
})
