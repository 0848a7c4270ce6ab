import { expect, test } from 'vitest'
import { simulate } from '../simulation/simulation.ts'

test('what is asked for in the moment of closing is given back', async () => {
  const { clock, nodes, client } = simulate(3)
  const locks = client('a')
  const codes = [
    locks.tryAcquire('x', { ttlMs: 3_000 }).catch((error) => error.code),
    locks.acquire('y', { ttlMs: 3_000, waitMs: 1_000 }).catch((error) => error.code),
  ]
  await clock.until(locks.close())
  expect(await Promise.all(codes)).toEqual(['closed', 'closed'])
  expect(nodes.some((node) => node.holds('x') || node.holds('y'))).toBe(false)
  expect(clock.sleepers).toBe(0)
})

test('what is asked for after the closing is not asked for any more', async () => {
  const { nodes, client } = simulate(3)
  const locks = client('a')
  const closing = locks.close()
  await expect(locks.tryAcquire('x', { ttlMs: 3_000 })).rejects.toMatchObject({ code: 'closed' })
  await closing
  expect(nodes.every((node) => node.asked.attempt === 0)).toBe(true)
})

test('whoever closes a second time waits for the first', async () => {
  const { clock, nodes, client } = simulate(1)
  const locks = client('a')
  await clock.until(locks.acquire('x', { ttlMs: 3_000 }))
  const ended: string[] = []
  const first = locks.close().then(() => ended.push('first'))
  const second = locks.close().then(() => ended.push('second'))
  await clock.advance(1)
  expect(ended).toEqual([])
  await clock.until(Promise.all([first, second]))
  expect(nodes[0]?.holds('x')).toBe(false)
})

test('closing waits for what a release still has to hear from a slow node, and tells it again', async () => {
  const { clock, nodes, client } = simulate(3)
  const locks = client('a')
  const [slow] = nodes
  if (!slow) throw new Error('no node')
  const hold = await clock.until(locks.acquire('x', { ttlMs: 30_000 }))
  await clock.advance(100)
  const { release } = slow
  slow.release = async () => {
    slow.release = release
    await clock.sleep(20)
    return [{ outcome: 'unknown', why: 'connection cut', maybeDone: false }]
  }
  await clock.until(hold.release())
  await clock.until(locks.close())
  expect(slow.holds('x')).toBe(false)
  expect(clock.sleepers).toBe(0)
})

test('a node that answers after the closing starts nothing again', async () => {
  const { clock, nodes, client } = simulate(3)
  const locks = client('a')
  const [slow] = nodes
  if (!slow) throw new Error('no node')
  const hold = await clock.until(locks.acquire('x', { ttlMs: 30_000 }))
  await clock.advance(100)
  slow.release = () =>
    clock.sleep(5_000).then(() => [{ outcome: 'unknown', why: 'connection cut', maybeDone: true }])
  await clock.until(hold.release())
  await clock.until(locks.close())
  await clock.advance(5_000)
  expect(clock.sleepers).toBe(0)
})

test('closing does not wait for a node that can not be listened to', async () => {
  const { clock, nodes, client } = simulate(1)
  const locks = client('a')
  nodes[0]?.freeze()
  const asking = locks.acquire('x', { ttlMs: 3_000 }).catch((error) => error.code)
  await clock.until(locks.close())
  expect(await asking).toBe('closed')
  expect(clock.sleepers).toBe(0)
})
