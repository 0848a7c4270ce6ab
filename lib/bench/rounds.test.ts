import { expect, it } from 'vitest'
import { inTurn, ratioOf } from './rounds.ts'

it('lets everybody run once a round, and another one begin each time', async () => {
  const order: string[] = []
  const results = await inTurn(3, ['a', 'b', 'c'], async (id, round) => order.push(`${id}${round}`))
  expect(order.join(' ')).toBe('a0 b0 c0 b1 c1 a1 c2 a2 b2')
  expect([...results.keys()]).toEqual(['a', 'b', 'c'])
})

it('compares within a round, so that a slow round slows both', () => {
  expect(ratioOf([20, 10, 40], [10, 5, 20])).toBe(2)
})
