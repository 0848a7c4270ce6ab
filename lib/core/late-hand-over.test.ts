import { expect, test } from 'vitest'
import { simulate } from '../simulation/simulation.ts'

test('a hand-over that is told after it has expired is not counted from what was asked since', async () => {
  const { clock, nodes, client } = simulate(1)
  const [node] = nodes
  if (!node) throw new Error('no node')
  const { listen } = node
  node.listen = (process, onMessage) =>
    listen(process, (message) => void clock.after(process === 'b' ? 3_000 : 0, () => onMessage(message)))
  const first = await clock.until(client('a').acquire('x', { ttlMs: 600 }))
  const late = client('b').acquire('x', { ttlMs: 600, waitMs: 60_000 })
  await clock.advance(10)
  const next = client('c').acquire('x', { ttlMs: 600, waitMs: 60_000 })
  await clock.advance(10)
  await clock.until(first.release())
  expect(node.holder('x')).toBe('b')
  clock.stall(1_000)
  const hold = await clock.until(next)
  let wasGranted = false
  void late.then(() => {
    wasGranted = true
  })
  await clock.advance(5_000)
  hold.assertHeld()
  expect(wasGranted).toBe(false)
  await clock.until(hold.release())
  expect((await clock.until(late)).remainingMs()).toBeGreaterThan(0)
})

test('nor is one that was told to lapse before its holder had heard of it', async () => {
  const { clock, nodes, client } = simulate(1)
  const [node] = nodes
  if (!node) throw new Error('no node')
  const { listen } = node
  node.listen = (process, onMessage) =>
    listen(process, (message) => void clock.after(450, () => onMessage(message)))
  const first = await clock.until(client('a').acquire('x', { ttlMs: 600 }))
  const waiting = client('b').acquire('x', { ttlMs: 600, waitMs: 60_000 })
  await clock.advance(10)
  await clock.until(first.release())
  const handedAt = clock.now()
  expect(node.holder('x')).toBe('b')
  await clock.until(client('c').lapse('x', { message: 'enough' }))
  const hold = await clock.until(waiting)
  expect(clock.now()).toBeGreaterThan(handedAt + 400)
  expect(clock.now() + hold.remainingMs()).toBeLessThan(handedAt + 600)
})
