import { expect, test } from 'vitest'
import { contendedLock, waitsFor } from '@/lib/fleet/test-waits.ts'
import { restWords, waitsTitle } from './words.ts'

test('a page of very many says how many there are, and how many it does not show', () => {
  const queues = waitsFor(
    Array.from({ length: 1_500 }, (_, i) => contendedLock(`l${i}`, [`p${i}`], [`w${i}`])),
  )
  expect(waitsTitle(queues)).toBe('1,500 holders hold up more than 1,000')
  expect(restWords(queues)).toBe(
    '500 more holders who hold up fewer not shown, 500 more waits of smaller queues not shown.',
  )
  const pairs = waitsFor(
    Array.from({ length: 240 }, (_, i) => contendedLock(`l${i}`, [`p${i}`], [`p${i ^ 1}`])),
  )
  expect(waitsTitle(pairs)).toBe('120 deadlocks')
  expect(restWords(pairs)).toMatch(/^20 smaller deadlocks not shown, /)
})
