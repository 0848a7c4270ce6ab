import { expect, test } from 'vitest'
import { simulate } from '../simulation/simulation.ts'
import type { Ask } from './node.ts'

for (const count of [1, 5]) {
  test(`on ${count}: waits until it is free, and leaves no trace of the waiting`, async () => {
    const { clock, nodes, client } = simulate(count)
    const first = await clock.until(client('a').acquire('x', { ttlMs: 3_000 }))
    const waiting = client('b').acquire('x', { ttlMs: 3_000, waitMs: 60_000 })
    await clock.advance(4_000)
    expect(nodes[0]?.queued('x').length === 1).toBe(true)
    await clock.until(first.release())
    const hold = await clock.until(waiting)
    expect(hold.remainingMs()).toBeGreaterThan(2_900)
    await clock.advance(100)
    expect(nodes.every((node) => node.queued('x').length === 0)).toBe(true)
  })

  test(`on ${count}: times out with the holder's name, and leaves no trace`, async () => {
    const { clock, nodes, client } = simulate(count)
    await clock.until(client('a').acquire('x', { ttlMs: 3_000 }))
    const error = await clock.until(
      client('b')
        .acquire('x', { ttlMs: 3_000, waitMs: 5_000 })
        .catch((one) => one),
    )
    expect(error).toMatchObject({ code: 'timeout', holder: 'a@h' })
    expect(clock.now()).toBeLessThan(6_500)
    expect(nodes.every((node) => node.queued('x').length === 0)).toBe(true)
    expect(nodes.every((node) => node.holder('x') === 'a')).toBe(true)
  })

  test(`on ${count}: an aborted waiter leaves nothing behind and takes nothing later`, async () => {
    const { clock, nodes, client } = simulate(count)
    const first = await clock.until(client('a').acquire('x', { ttlMs: 3_000 }))
    const giveUp = new AbortController()
    const waiting = client('b').acquire('x', { ttlMs: 3_000, waitMs: 60_000, signal: giveUp.signal })
    const outcome = waiting.catch((error) => error.code)
    await clock.advance(1_500)
    giveUp.abort()
    expect(await clock.until(outcome)).toBe('aborted')
    expect(nodes.every((node) => node.queued('x').length === 0)).toBe(true)
    await clock.until(first.release())
    await clock.advance(10_000)
    expect(nodes.some((node) => node.holds('x'))).toBe(false)
  })

  test(`on ${count}: asking once never queues`, async () => {
    const { clock, nodes, client } = simulate(count)
    await clock.until(client('a').acquire('x', { ttlMs: 3_000 }))
    const error = await clock.until(
      client('b')
        .acquire('x', { ttlMs: 3_000 })
        .catch((one) => one),
    )
    expect(error).toMatchObject({ code: 'timeout' })
    expect(nodes.every((node) => node.asked.attempt === 2 && node.queued('x').length === 0)).toBe(true)
  })
}

test('a lone node that gives no answer is unavailable, and what it may have granted is taken back', async () => {
  const { clock, nodes, client } = simulate(1)
  const [node] = nodes
  if (!node) throw new Error('no node')
  node.grantsLate = true
  node.freeze()
  const waiting = client('a').acquire('x', { ttlMs: 6_000, waitMs: 8_000 })
  const error = await clock.until(waiting.catch((one) => one))
  expect(error).toMatchObject({ code: 'backend_unavailable' })
  node.thaw()
  await clock.advance(3_000)
  expect(node.holds('x')).toBe(false)
})

test('a lone node that answers again grants what was waited for, counted from the ask it answered', async () => {
  const { clock, nodes, client } = simulate(1)
  nodes[0]?.freeze()
  const waiting = client('a').acquire('x', { ttlMs: 6_000, waitMs: 30_000 })
  // Two seconds to listen, two for an ask, one of rest: the second ask is under way.
  await clock.advance(6_500)
  nodes[0]?.thaw()
  const hold = await clock.until(waiting)
  expect(hold.remainingMs()).toBe(6_000 - 62 - (clock.now() - 5_000))
})

test('what was asked for before a cut and lands after the release is given back as well', async () => {
  const { clock, nodes, client } = simulate(1)
  const [node] = nodes
  if (!node) throw new Error('no node')
  const { attempt } = node
  let landed: Promise<unknown> = Promise.resolve()
  node.attempt = async (asks) => {
    node.attempt = attempt
    landed = clock.sleep(1_500).then(() => attempt(asks))
    return [{ outcome: 'unknown', why: 'connection cut', maybeDone: true }]
  }
  const waiting = client('a').acquire('x', { ttlMs: 6_000, waitMs: 10_000 })
  const hold = await clock.until(waiting)
  expect(clock.now()).toBeLessThan(1_500)
  await clock.until(hold.release())
  await clock.until(landed)
  await clock.advance(1_500)
  expect(node.holds('x')).toBe(false)
})

test('every round on a quorum has a token of its own, so that what takes one back leaves the next alone', async () => {
  const { clock, nodes, client } = simulate(3)
  await clock.until(client('a').acquire('x', { ttlMs: 3_000 }))
  const [node] = nodes
  if (!node) throw new Error('no node')
  const { attempt } = node
  const asked: Ask[] = []
  node.attempt = (asks) => {
    asked.push(...asks)
    return attempt(asks)
  }
  const waiting = client('b').acquire('x', { ttlMs: 3_000, waitMs: 5_000 })
  await clock.until(waiting.catch(() => {}))
  expect(asked.length).toBeGreaterThan(2)
  expect(new Set(asked.map(({ token }) => token)).size).toBe(asked.length)
})

test('the loss of one hold may end the waiting for another, and is its cause', async () => {
  const { clock, nodes, client } = simulate(3)
  const locks = client('a')
  const first = await clock.until(locks.acquire('first', { ttlMs: 3_000 }))
  await clock.until(client('b').acquire('second', { ttlMs: 3_000 }))
  const waiting = locks.acquire('second', { ttlMs: 3_000, waitMs: 60_000, signal: first.signal })
  const outcome = waiting.catch((error) => error)
  await clock.advance(100)
  for (const node of nodes) node.wipe('first')
  expect(await clock.until(outcome)).toMatchObject({
    code: 'aborted',
    cause: { code: 'lost', lock: 'first' },
  })
})
