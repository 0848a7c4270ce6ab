import { beforeEach, expect, test } from 'vitest'
import { Turns, type Waiter } from './turns.ts'

let heard: string[]
let turns: Turns
beforeEach(() => {
  heard = []
  const says =
    (what: string) =>
    ({ token }: Waiter) =>
      void heard.push(`${what} ${token}`)
  turns = new Turns({ hand: says('hand'), wake: says('wake'), look: says('look') })
  turns.toldSince(1)
})

const waiter = (token: string, asOf: number, inFront: string[], more: Partial<Waiter> = {}): Waiter => ({
  ...{ name: 'n', token, process: 'p', permits: 1, key: `k${token}`, revision: String(asOf), asOf },
  ...{ inFront: new Set(inFront), mode: 'hand' },
  ...more,
})
const gone = (key: string, revision: number) => turns.happened('n', 'entry gone', key, String(revision))
const gate = (what: 'gate closed' | 'gate gone', revision: number) =>
  turns.happened('n', what, 'gate', String(revision))

test('who has nobody left in front holds, and nobody else is told', () => {
  turns.waits(waiter('a', 5, ['k1']))
  turns.waits(waiter('b', 6, ['k1', 'ka']))
  gone('other', 7)
  expect(heard).toEqual([])
  gone('k1', 8)
  expect(heard).toEqual(['hand a'])
})

test('of a semaphore, as many may be in front as there are permits but one', () => {
  turns.waits(waiter('a', 5, ['k1', 'k2', 'k3', 'k4'], { permits: 3 }))
  gone('k2', 6)
  expect(heard).toEqual([])
  gone('k4', 7)
  expect(heard).toEqual(['hand a'])
})

test('what went away while it was being asked is not missed, and what the answer knew is not counted again', () => {
  const done = turns.asking('n')
  gone('k1', 5)
  gone('k2', 9)
  turns.waits(waiter('a', 7, ['k2']))
  expect(heard).toEqual(['hand a'])
  turns.waits(waiter('b', 9, ['k1']))
  done()
  expect(heard).toEqual(['hand a'])
})

test('who lost its own entry first does not hold, it asks again', () => {
  turns.waits(waiter('a', 5, ['k1']))
  gone('ka', 6)
  gone('k1', 7)
  expect(heard).toEqual(['wake a'])
})

test('the end of an earlier entry under the same key is not the end of this one', () => {
  turns.waits(waiter('a', 5, ['k1']))
  gone('ka', 4)
  gone('k1', 7)
  expect(heard).toEqual(['hand a'])
})

test('who was refused before the watch began asks again', () => {
  turns.waits(waiter('a', 0, ['k1']))
  gone('k1', 2)
  expect(heard).toEqual(['wake a'])
})

test('after a gap everybody asks again, and who was refused since then is handed it as before', () => {
  turns.waits(waiter('a', 5, ['k1']))
  turns.missed()
  expect(heard).toEqual(['wake a'])
  turns.toldSince(9)
  turns.waits(waiter('b', 8, ['k2']))
  turns.waits(waiter('c', 9, ['k2']))
  gone('k2', 10)
  expect(heard).toEqual(['wake a', 'wake b', 'hand c'])
})

test('who sees only a part of those in front asks when these are gone', () => {
  turns.waits(waiter('a', 5, ['k1'], { mode: 'wake' }))
  gone('k1', 6)
  expect(heard).toEqual(['wake a'])
})

test('a gate that closes before the last one in front goes keeps it from holding', () => {
  turns.waits(waiter('a', 5, ['k1']))
  gate('gate closed', 6)
  gone('k1', 7)
  expect(heard).toEqual([])
  gate('gate gone', 8)
  expect(heard).toEqual(['look a'])
})

test('a gate that closes later does not take it away', () => {
  turns.waits(waiter('a', 5, ['k1']))
  gone('k1', 6)
  gate('gate closed', 7)
  gate('gate gone', 8)
  expect(heard).toEqual(['hand a'])
})

test('when a gate is gone it has to be read whether there is another one', () => {
  turns.waits(waiter('a', 5, ['k1'], { mode: 'shut' }))
  turns.waits(waiter('b', 6, ['k1', 'ka'], { mode: 'shut' }))
  gate('gate gone', 7)
  expect(heard).toEqual([])
  gone('k1', 8)
  expect(heard).toEqual(['wake a'])
})

test('who has left is not told anything', () => {
  turns.waits(waiter('a', 5, ['k1']))
  turns.leaves('n', 'a')
  gone('k1', 6)
  expect(heard).toEqual([])
  expect(turns.has('n')).toBe(false)
})
