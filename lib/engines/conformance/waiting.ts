import { expect } from 'vitest'
import { over } from './between.ts'
import { outcomeOf, untilClean, untilQueued, WAIT_MS } from './stage.ts'
import type { StagedTest } from './staged.ts'

export function checkWaiting(test: StagedTest): void {
  test('a waiter gets the lock when it is released', async ({ stage }) => {
    const { subject, client, long } = stage
    const name = stage.name()
    const hold = await client('first').acquire(name, long)
    const waiting = client('second').acquire(name, { ...long, waitMs: WAIT_MS })
    await untilQueued(stage, name)
    await hold.release()
    const next = await waiting
    next.assertHeld()
    await next.allVotes
    expect(await stage.holders(name)).toBe(1)
    expect(new Set(await subject.probe.tokens(name)).size).toBe(1)
  })

  test('a waiter of the same process gets it too', async ({ stage }) => {
    const { client, long } = stage
    const name = stage.name()
    const locks = client('only')
    const options = { ...long, waitMs: WAIT_MS }
    let inside = 0
    const turns = Array.from({ length: 6 }, () =>
      locks.using(name, options, async () => {
        inside += 1
        expect(inside).toBe(1)
        await Promise.resolve()
        inside -= 1
      }),
    )
    await Promise.all(turns)
    await untilClean(stage, name)
  })

  test('a waiter gets the lock of a process that died', async ({ stage }) => {
    const { subject, client, long } = stage
    const name = stage.name()
    await subject.probe.plant(name, subject.ttlMs)
    const next = await client('second').acquire(name, { ...long, waitMs: WAIT_MS })
    next.assertHeld()
  })

  test('a waiter that hears nothing is granted all the same', async ({ stage }) => {
    const { client, long } = stage
    const name = stage.name()
    const hold = await client('first').acquire(name, long)
    const deaf = client('deaf', {
      through: (nodes) => nodes.map((node) => over({ lets: () => false }, node)),
    })
    const waiting = deaf.acquire(name, { ...long, waitMs: WAIT_MS })
    await untilQueued(stage, name)
    await hold.release()
    const next = await waiting
    next.assertHeld()
    expect(await next.renew()).toBe(true)
  })

  test('who asks without waiting leaves no trace', async ({ stage }) => {
    const { subject, client, long } = stage
    const name = stage.name()
    const hold = await client('first').acquire(name, long)
    const second = client('second')
    expect(await outcomeOf(second.acquire(name, long))).toBe('timeout')
    expect(await second.tryAcquire(name, long)).toMatchObject({ granted: false })
    expect(await subject.probe.waiters(name)).toBe(0)
    await hold.release()
    await untilClean(stage, name)
  })

  test('a waiter that runs out of time says who holds it, and leaves nothing behind', async ({ stage }) => {
    const { client, long } = stage
    const name = stage.name()
    const hold = await client('first').acquire(name, long)
    const waiting = client('second').acquire(name, { ...long, waitMs: 300 })
    await expect(waiting).rejects.toMatchObject({
      code: 'timeout',
      lock: name,
      holder: expect.stringContaining('first@'),
    })
    await hold.release()
    await untilClean(stage, name)
  })

  test('closing ends the waiting, and leaves nothing behind', async ({ stage }) => {
    const { client, long } = stage
    const name = stage.name()
    const hold = await client('first').acquire(name, long)
    const second = client('second')
    const waiting = outcomeOf(second.acquire(name, { ...long, waitMs: WAIT_MS }))
    await untilQueued(stage, name)
    await second.close()
    expect(await waiting).toBe('closed')
    await hold.release()
    await untilClean(stage, name)
  })
}
