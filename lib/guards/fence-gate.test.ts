import { expect, test } from 'vitest'
import { createFenceGate } from './fence-gate.ts'
import { StaleFence } from './stale-fence.ts'

const gateWith = async (fence: string) => {
  const gate = createFenceGate()
  await gate.admit('door', fence, () => {})
  return gate
}

test('a lower fence than the highest seen is refused, and its work is not begun', async () => {
  const gate = await gateWith('10')
  let begun = false
  const late = gate.admit('door', '9', () => {
    begun = true
  })
  await expect(late).rejects.toMatchObject({ name: 'StaleFence', resource: 'door', fence: '9', seen: '10' })
  await expect(late).rejects.toBeInstanceOf(StaleFence)
  expect(begun).toBe(false)
})

test('an equal fence is the same hold once more, a higher one the next', async () => {
  const gate = await gateWith('9')
  await expect(gate.admit('door', '9', () => 'same')).resolves.toBe('same')
  await expect(gate.admit('door', '10', () => 'next')).resolves.toBe('next')
})

test('resources do not know of each other', async () => {
  const gate = await gateWith('9')
  await expect(gate.admit('window', '1', () => 'open')).resolves.toBe('open')
})

test('fences that a double takes for equal are told apart', async () => {
  const gate = await gateWith('9007199254740993')
  await expect(gate.admit('door', '9007199254740992', () => {})).rejects.toThrow(StaleFence)
})

test('a slow write of an earlier hold is over before the next one begins', async () => {
  const gate = createFenceGate()
  const order: string[] = []
  let finish = () => {}
  const slow = gate.admit('door', '1', async () => {
    await new Promise<void>((resolve) => {
      finish = resolve
    })
    order.push('slow')
  })
  const next = gate.admit('door', '2', () => void order.push('next'))
  await new Promise(setImmediate)
  expect(order).toEqual([])
  finish()
  await Promise.all([slow, next])
  expect(order).toEqual(['slow', 'next'])
})

test('who waited behind a later hold is refused when the turn comes', async () => {
  const gate = createFenceGate()
  const later = gate.admit('door', '2', () => new Promise((resolve) => setImmediate(resolve)))
  const late = gate.admit('door', '1', () => {})
  await later
  await expect(late).rejects.toMatchObject({ seen: '2' })
})

test('work that fails fails for its caller only, and its fence counts as seen', async () => {
  const gate = createFenceGate()
  const failing = gate.admit('door', '5', () => {
    throw new Error('jammed')
  })
  await expect(failing).rejects.toThrow('jammed')
  await expect(gate.admit('door', '4', () => {})).rejects.toThrow(StaleFence)
  await expect(gate.admit('door', '5', () => 'in')).resolves.toBe('in')
})

test('a hold without a fence is told so', async () => {
  await expect(createFenceGate().admit('door', null, () => {})).rejects.toThrow('has no fence')
})
