import { expect, it } from 'vitest'
import { contentionOf } from './contention.ts'
import type { ClientRecord } from './crew-messages.ts'

const client = (...holds: ClientRecord['holds']): ClientRecord => ({ holds, waitingSince: null, failures: 0 })

it('counts a hand-over only when the lock goes to another client', () => {
  const found = contentionOf([client([0, 1, 2], [2, 3, 4]), client([0, 5, 6])], { startsAt: 0, endsAt: 500 })
  expect(found).toMatchObject({ handOvers: 1, handOversPerSecond: 2, gapMs: 1, overlaps: 0, starved: 0 })
})

it('sees two who held it at once, whichever process told first', () => {
  const found = contentionOf([client([0, 4, 6]), client([0, 1, 5])], { startsAt: 0, endsAt: 10 })
  expect(found.overlaps).toBe(1)
})

it('counts a wait that never ended, and who never got it', () => {
  const hungry: ClientRecord = { holds: [], waitingSince: 10, failures: 2 }
  const found = contentionOf([client([0, 20, 21]), hungry], { startsAt: 0, endsAt: 100 })
  expect(found).toMatchObject({ starved: 1, longestWaitMs: 90, standstillMs: 80, failures: 2, fairness: 0.5 })
})
