import { expect, test } from 'vitest'
import { simulate } from '../simulation/simulation.ts'

/** A hold that has only a moment left when it is handed out. */
async function holdWithLittleLeft() {
  const { clock, nodes, client } = simulate(1)
  const [node] = nodes
  if (!node) throw new Error('no node')
  node.latencyMs = 250
  const locks = client('a', { nodeTimeoutMs: 600 })
  const hold = await clock.until(locks.acquire('x', { ttlMs: 600 }))
  expect(hold.remainingMs()).toBe(600 - 8 - 500)
  node.latencyMs = 1
  return { clock, node, hold }
}

test('a hold with little left does not wait for the beat of its renewals', async () => {
  const { clock, hold } = await holdWithLittleLeft()
  await clock.advance(2_000)
  expect(hold.signal.aborted).toBe(false)
})

test('and when it can not be renewed, it is told at its end and no later', async () => {
  const { clock, node, hold } = await holdWithLittleLeft()
  node.freeze()
  await clock.advance(93)
  expect(hold.signal.reason).toMatchObject({ code: 'lost' })
})

test('a health check that never answers keeps nobody from being told', async () => {
  const { clock, client } = simulate(1)
  const renewWhile = () => new Promise<boolean>(() => {})
  const hold = await clock.until(client('a').acquire('x', { ttlMs: 3_000, renewWhile }))
  await clock.advance(hold.remainingMs() - 1)
  expect(hold.signal.aborted).toBe(false)
  await clock.advance(1)
  expect(hold.signal.reason).toMatchObject({ code: 'lost' })
})
