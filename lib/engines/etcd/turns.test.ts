import { beforeEach, expect, test } from 'vitest'
import type { Message } from '../../core/node.ts'
import { createTurns, type Turns } from './turns.ts'

let heard: Message[]
let turns: Turns
beforeEach(() => {
  heard = []
  turns = createTurns((message) => heard.push(message))
})

const place = (token: string, permits = 1) => ({ name: 'n', token: token.repeat(32), permits })
const wakes = () => heard.map((message) => (message.kind === 'wake' ? message.ticket?.[0] : message.kind))

test('only the waiter with nobody left in front is woken', () => {
  turns.waits(place('a'), ['k1'], false, '5')
  turns.waits(place('b'), ['k1', 'ka'], false, '6')
  turns.entryGone('n', 'other', '7')
  expect(wakes()).toEqual([])
  turns.entryGone('n', 'k1', '8')
  expect(wakes()).toEqual(['a'])
})

test('of a semaphore, as many may be in front as there are permits but one', () => {
  turns.waits(place('a', 3), ['k1', 'k2', 'k3', 'k4'], false, '5')
  turns.entryGone('n', 'k2', '6')
  expect(wakes()).toEqual([])
  turns.entryGone('n', 'k4', '7')
  expect(wakes()).toEqual(['a'])
})

test('what went away while it was being asked is not missed, and what the answer knew is not counted again', () => {
  const done = turns.asking('n')
  turns.entryGone('n', 'k1', '5')
  turns.entryGone('n', 'k2', '9')
  turns.waits(place('a'), ['k2'], false, '7')
  expect(wakes()).toEqual(['a'])
  turns.waits(place('b'), ['k1'], false, '9')
  done()
  expect(wakes()).toEqual(['a'])
})

test('behind a closed gate nobody is woken, and then only who is next', () => {
  turns.waits(place('a'), ['k1'], true, '5')
  turns.waits(place('b'), ['k1', 'ka'], true, '6')
  turns.entryGone('n', 'k1', '7')
  expect(wakes()).toEqual([])
  turns.gateGone('n', '8')
  expect(wakes()).toEqual(['a'])
})

test('a gate that opened while it was being asked is not missed', () => {
  const done = turns.asking('n')
  turns.gateGone('n', '9')
  turns.waits(place('a'), [], true, '8')
  done()
  expect(wakes()).toEqual(['a'])
})

test('who has left is not woken', () => {
  turns.waits(place('a'), ['k1'], false, '5')
  turns.leaves('n', place('a').token)
  turns.entryGone('n', 'k1', '6')
  expect(wakes()).toEqual([])
})
