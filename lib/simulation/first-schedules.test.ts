import { expect, test } from 'vitest'
import { runInTest } from './run-in-test.ts'

test('whatever a first 10,000 schedules break, nothing is promised that does not hold', async () => {
  expect(await runInTest(1, 10_000)).toBe(null)
}, 600_000)
