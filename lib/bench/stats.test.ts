import { expect, it } from 'vitest'
import { fairness, median, percentile } from './stats.ts'

it('takes the median of an even number from the two in the middle', () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2])]).toEqual([2, 2.5])
})

it('finds the value that a share of them does not exceed', () => {
  const hundred = Array.from({ length: 100 }, (_, at) => at + 1)
  expect([percentile(hundred, 0.99), percentile(hundred, 1), percentile([7], 0.5)]).toEqual([99, 100, 7])
})

it('calls it fair when all got the same, and least fair when one got it all', () => {
  expect([fairness([5, 5, 5, 5]), fairness([20, 0, 0, 0])]).toEqual([1, 0.25])
})
