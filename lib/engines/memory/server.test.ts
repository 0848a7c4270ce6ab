import { expect, it } from 'vitest'
import { createMemoryNode } from './driver.ts'
import { MemoryStore } from './store.ts'
import { testNode } from './testing/test-node.ts'

const isSettled = async (task: Promise<unknown>) => {
  let settled = false
  const mark = () => {
    settled = true
  }
  task.then(mark, mark)
  await new Promise((resolve) => setImmediate(resolve))
  return settled
}

it('carries nothing out while it is frozen, and everything when it goes on', async () => {
  const { store, ask } = testNode()
  store.freeze()
  const asking = ask('one')
  expect(await isSettled(asking)).toBe(false)
  expect(store.locks.size).toBe(0)
  store.resume()
  expect(await asking).toMatchObject({ outcome: 'granted' })
})

it('certainly has not done what it was told while it was down, and perhaps what was under way', async () => {
  const { store, ask } = testNode()
  store.freeze()
  const asking = ask('one')
  await isSettled(asking)
  store.stop()
  expect(await asking).toMatchObject({ outcome: 'unknown', maybeDone: true })
  expect(await ask('one')).toMatchObject({ outcome: 'unknown', maybeDone: false })
  store.start({ empty: false })
  expect(await ask('one')).toMatchObject({ outcome: 'granted' })
})

it('does what it was told although the answer is lost', async () => {
  const { store, ask, holders } = testNode()
  store.loseAnswers(1)
  expect(await ask('one')).toMatchObject({ outcome: 'unknown', maybeDone: true })
  expect(holders()).toEqual(['one'])
  expect(await ask('one')).toMatchObject({ outcome: 'granted' })
})

it('is out of reach for whom it is cut off, messages included, and for nobody else', async () => {
  const { store, node, askOf, ask, order, hear, heard } = testNode()
  const far = createMemoryNode({ id: 'm', url: '', store, client: 'far' })
  const farHeard: string[] = []
  await far.listen('one', ({ kind }) => farHeard.push(kind))
  await hear('one')
  store.partition('far')
  const asking = far.attempt([askOf('one')])
  expect(await isSettled(asking)).toBe(false)
  await ask('one')
  await order({ act: 'ask', name: 'a', token: null, by: 'eve', message: '' })
  expect(heard).toHaveLength(1)
  expect(farHeard).toEqual([])
  store.partition()
  const near = node.read(['a'])
  expect(await isSettled(near)).toBe(false)
  store.heal()
  await Promise.all([asking, near])
})

it('ends holds early or late when its clock jumps', async () => {
  const { store, ask, read } = testNode()
  await ask('one')
  store.stepClock(-500)
  expect(await read()).toMatchObject({ remainingMs: 1_500 })
  store.stepClock(1_500)
  expect(await read()).toMatchObject({ held: false })
})

it('takes its time there and back, by whatever clock it runs on', async () => {
  const sleeps: { ms: number; wake: () => void }[] = []
  const sleep = (ms: number) => new Promise<void>((wake) => void sleeps.push({ ms, wake }))
  const store = new MemoryStore({ now: () => 0, sleep })
  store.delayMs = () => 20
  const asking = createMemoryNode({ id: 'm', url: '', store }).attempt([testNode().askOf('one')])
  await isSettled(asking)
  expect(store.locks.size).toBe(0)
  sleeps[0]?.wake()
  expect(await isSettled(asking)).toBe(false)
  expect(store.locks.get('a')?.holds).toHaveLength(1)
  sleeps[1]?.wake()
  expect(await isSettled(asking)).toBe(true)
  expect(sleeps.map(({ ms }) => ms)).toEqual([20, 20])
})

it('forgets everything when it comes back empty, and is another one then', async () => {
  const { store, ask } = testNode()
  await ask('one')
  const { runId } = store
  store.stop()
  store.start({ empty: true })
  expect(store.locks.size).toBe(0)
  expect(store.runId).not.toBe(runId)
})
