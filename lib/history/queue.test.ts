import { expect, it } from 'vitest'
import type { FleetEvent, NewEvent } from '../fleet/event.ts'
import { emptyFold, lay } from './fold.ts'
import { Queue } from './queue.ts'
import { looking, START } from './test-story.ts'

const MANY = 10_000

let last = 0
const number = (event: NewEvent): FleetEvent => {
  last += 1
  return { seq: String(last), ...event }
}

let gaveUp = 0
const onGiveUp = () => {
  gaveUp += 1
}

const event = (n: number, kind: NewEvent['kind'], lock: string, token: string): FleetEvent =>
  number({
    ...{ at: new Date(START + n).toISOString(), kind, backend: 'b', lock, lockName: lock, node: null },
    ...{ tokenDigest: token, label: token, fence: null, waiters: 0 },
    state: kind === 'granted' ? 'held' : 'free',
  })

const everything = (queue: Queue): FleetEvent[] => {
  const all: FleetEvent[] = []
  while (queue.next !== null) all.push(...queue.take())
  return all
}

it('gives events back in their order, also those that could not be written', () => {
  const queue = new Queue({ number, most: MANY, onGiveUp })
  const events = Array.from({ length: 5_000 }, (_, n) => event(n, 'granted', `l${n}`, `t${n}`))
  queue.push(events)
  const first = queue.take()
  queue.putBack(first)
  expect(queue.next).toBe(Number(events[0]?.seq))
  expect(everything(queue)).toEqual(events)
})

it('summarises when the disk does not keep up, so that it stays small and still leads to the same', () => {
  const queue = new Queue({ number, most: MANY, onGiveUp })
  const fold = emptyFold()
  for (let n = 0; n < 60_000; n += 2) {
    const lock = `l${(n / 2) % 100}`
    // The last hold of each lock does not end.
    const ends = n < 60_000 - 200 ? [event(n + 1, 'released', lock, `t${n}`)] : []
    const events = [event(n, 'granted', lock, `t${n}`), ...ends]
    for (const each of events) lay(fold, each)
    queue.push(events)
  }
  expect(queue.length).toBeLessThan(2 * MANY)
  const told = emptyFold()
  const left = everything(queue)
  for (const each of left) lay(told, each)
  expect(told.locks).toEqual(fold.locks)
  expect(told.locks.size).toBe(100)
  const counted = left.reduce((sum, { summary }) => sum + (summary?.holds ?? 0), 0)
  const holds = left.filter(({ kind }) => kind === 'granted').length
  expect(counted + holds).toBe(30_000)
})

it('takes what is told again for known, so that the end of it still counts', () => {
  const queue = new Queue({ number, most: 10 * MANY, onGiveUp })
  const others = Array.from({ length: MANY }, (_, n) => event(n, 'granted', `l${n}`, `t${n}`))
  const told = [
    ...[event(1, 'waiting', 'm', 'w'), event(2, 'granted', 'm', 'a'), event(3, 'waiting', 'm', 'w')],
    ...[event(3, 'granted', 'm', 'a'), event(4, 'released', 'm', 'a'), event(5, 'gave-up', 'm', 'w')],
  ]
  queue.push([...told, ...others])
  const left = everything(queue).filter(({ lock }) => lock === 'm')
  expect(left.map(({ kind, summary }) => [kind, summary?.events])).toEqual([['summarised', 6]])
})

it('tells a gap when even that is too much, and still whether somebody looked', () => {
  const queue = new Queue({ number, most: 1_000, onGiveUp })
  queue.push([number(looking(START))])
  queue.push(Array.from({ length: MANY }, (_, n) => event(n, 'granted', `l${n}`, `t${n}`)))
  const left = everything(queue)
  expect(left.map(({ kind }) => kind)).toEqual(['observing', 'not-recorded'])
  expect(left[1]).toMatchObject({ at: new Date(START).toISOString(), lastedMs: MANY - 1 })
  expect([gaveUp, queue.givenUp]).toEqual([1, MANY])
})
