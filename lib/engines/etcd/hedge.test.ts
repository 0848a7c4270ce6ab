import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { hedge } from './hedge.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const never = () => new Promise<never>(() => {})
const isFinal = (failure: unknown) => failure === 'final'

test('nobody else is asked while there is time', async () => {
  const ask = vi.fn(async (who: string) => who)
  expect(await hedge(['a', 'b'], 100, ask, isFinal)).toBe('a')
  await vi.advanceTimersByTimeAsync(1_000)
  expect(ask).toHaveBeenCalledTimes(1)
})

test('the next is asked when one is silent, and the first answer counts', async () => {
  const answers: Record<string, () => Promise<string>> = { a: never, b: never, c: async () => 'c' }
  const ask = vi.fn((who: string) => answers[who]?.() ?? never())
  const answer = hedge(['a', 'b', 'c'], 100, ask, isFinal)
  await vi.advanceTimersByTimeAsync(150)
  expect(ask).toHaveBeenCalledTimes(2)
  await vi.advanceTimersByTimeAsync(100)
  expect(await answer).toBe('c')
})

test('the next is asked at once when one fails, and all failures are one', async () => {
  const ask = vi.fn(async (who: string) => {
    throw `${who} failed`
  })
  await expect(hedge(['a', 'b'], 100, ask, isFinal)).rejects.toBe('b failed')
  expect(ask).toHaveBeenCalledTimes(2)
})

test('a failure that everybody would repeat is not repeated', async () => {
  const ask = vi.fn(async () => {
    throw 'final'
  })
  await expect(hedge(['a', 'b'], 100, ask, isFinal)).rejects.toBe('final')
  expect(ask).toHaveBeenCalledTimes(1)
})
