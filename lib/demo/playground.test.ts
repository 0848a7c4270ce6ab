import { afterEach, beforeEach, expect, test } from 'vitest'
import { memoryStore } from '../engines/memory/store.ts'
import type { Fleet } from './fleet.ts'
import { startMemoryFleet } from './memory-fleet.ts'
import { openPlayground, type Playground } from './playground.ts'

let fleet: Fleet
let playground: Playground

beforeEach(async () => {
  fleet = await startMemoryFleet()
  playground = openPlayground(fleet, () => {})
})
afterEach(async () => {
  for (const voter of fleet.voters) memoryStore(voter.url).resume()
  await playground.close()
  await fleet.close()
})

const client = (id: string) => playground.clients().find((one) => one.id === id)

test('one of three has it, another is told by whom it is held', async () => {
  await playground.acquire('client-a')
  await playground.acquire('client-b')
  expect(client('client-a')).toMatchObject({ state: 'holding', last: { ok: true } })
  expect(client('client-b')).toMatchObject({
    state: 'idle',
    last: { ok: false, says: expect.stringContaining('client-a') },
  })
  await expect(playground.acquire('client-a')).rejects.toMatchObject({ code: 'conflict' })
  await expect(playground.release('client-b')).rejects.toMatchObject({ code: 'conflict' })
})

test('who is still giving it back does not ask for it again meanwhile', async () => {
  await playground.acquire('client-a')
  for (const voter of fleet.voters) memoryStore(voter.url).freeze()
  const releasing = playground.release('client-a')
  await expect(playground.acquire('client-a')).rejects.toMatchObject({ code: 'conflict' })
  for (const voter of fleet.voters) memoryStore(voter.url).resume()
  await releasing
  expect(client('client-a')).toMatchObject({ state: 'idle', remainingMs: null })
  await playground.acquire('client-a')
  expect(client('client-a')).toMatchObject({ state: 'holding' })
})
