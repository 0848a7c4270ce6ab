import { expect, test } from 'vitest'
import { pause, type Stage, until } from './stage.ts'

const WAIT_MS = 25_000

export function checkWaiting(stage: () => Stage): void {
  test('a waiter gets the lock when it is released', async () => {
    const { subject, client } = stage()
    const name = stage().name()
    const hold = await client('first').acquire(name, subject)
    const waiting = client('second').acquire(name, { ttlMs: subject.ttlMs, waitMs: WAIT_MS })
    await until(async () => !(await subject.probe.isClean(name)))
    await hold.release()
    const next = await waiting
    next.assertHeld()
    expect(new Set(await subject.probe.tokens(name)).size).toBe(1)
  })

  test('a waiter gets the lock of a process that died', async () => {
    const { subject, client } = stage()
    const name = stage().name()
    await subject.probe.plant(name, subject.ttlMs)
    const next = await client('second').acquire(name, { ttlMs: subject.ttlMs, waitMs: WAIT_MS })
    next.assertHeld()
  })

  test('waiters come in the order in which they began to wait, where one node keeps the queue', async () => {
    const { subject, client } = stage()
    const nodes = subject.connect()
    const fifo = nodes.length === 1 && nodes[0]?.capabilities.fifo
    if (fifo) {
      const name = stage().name()
      const hold = await client('first').acquire(name, { ttlMs: subject.ttlMs })
      const came: string[] = []
      const waiting: Promise<void>[] = []
      for (const service of ['a', 'b', 'c', 'd']) {
        const locks = client(service)
        const queued = async () => (await nodes[0]?.read([name]))?.[0]?.waiters ?? 0
        const before = await queued()
        waiting.push(
          locks.using(name, { ttlMs: subject.ttlMs, waitMs: WAIT_MS }, async () => {
            came.push(service)
            await pause(10)
          }),
        )
        await until(async () => (await queued()) > before)
      }
      await hold.release()
      await Promise.all(waiting)
      expect(came).toEqual(['a', 'b', 'c', 'd'])
    }
    await Promise.all(nodes.map((node) => node.close()))
  })

  test('who does not wait can not jump a queue that is kept', async () => {
    const { subject, client } = stage()
    const nodes = subject.connect()
    if (nodes.length === 1 && nodes[0]) {
      const name = stage().name()
      const hold = await client('first').acquire(name, { ttlMs: subject.ttlMs })
      const second = client('second').acquire(name, { ttlMs: subject.ttlMs, waitMs: WAIT_MS })
      await until(async () => (await nodes[0]?.read([name]))?.[0]?.waiters === 1)
      const hasty = client('hasty')
      const tries = Array.from({ length: 20 }, () => hasty.tryAcquire(name, { ttlMs: subject.ttlMs }))
      const [tried] = await Promise.all([Promise.all(tries), hold.release()])
      expect(tried.every((one) => !one.granted)).toBe(true)
      ;(await second).assertHeld()
    }
    await Promise.all(nodes.map((node) => node.close()))
  })

  test('an aborted waiter leaves nothing behind', async () => {
    const { subject, client } = stage()
    const name = stage().name()
    const hold = await client('first').acquire(name, subject)
    const giveUp = new AbortController()
    const options = { ttlMs: subject.ttlMs, waitMs: WAIT_MS, signal: giveUp.signal }
    const waiting = client('second').acquire(name, options)
    const outcome = waiting.catch((error) => error.code)
    await pause(200)
    giveUp.abort()
    expect(await outcome).toBe('aborted')
    await hold.release()
    await until(() => subject.probe.isClean(name))
  })

  test('a waiter that runs out of time says who holds it, and leaves nothing behind', async () => {
    const { subject, client } = stage()
    const name = stage().name()
    const hold = await client('first').acquire(name, subject)
    const waiting = client('second').acquire(name, { ttlMs: subject.ttlMs, waitMs: 300 })
    await expect(waiting).rejects.toMatchObject({
      code: 'timeout',
      holder: expect.stringContaining('first@'),
    })
    await hold.release()
    await until(() => subject.probe.isClean(name))
  })
}
