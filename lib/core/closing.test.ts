import { expect, test } from 'vitest'
import { simulate } from '../simulation/simulation.ts'

test('what is asked for in the moment of closing is not asked for any more', async () => {
  const { clock, nodes, client } = simulate(3)
  const locks = client('a')
  const trying = locks.tryAcquire('x', { ttlMs: 3_000 })
  const waiting = locks.acquire('y', { ttlMs: 3_000, waitMs: 1_000 })
  const closing = locks.close()
  await expect(trying).rejects.toMatchObject({ code: 'closed' })
  await expect(waiting).rejects.toMatchObject({ code: 'closed' })
  await clock.until(closing)
  expect(nodes.every((node) => node.asked.attempt === 0)).toBe(true)
  expect(clock.sleepers).toBe(0)
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
