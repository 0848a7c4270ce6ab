import { expect, test } from 'vitest'
import { runInTest } from './run-in-test.ts'

test('whatever a first 12,500 schedules break, nothing is promised that does not hold', async () => {
  expect(await runInTest(1, 12_500)).toBe(null)
}, 600_000)
