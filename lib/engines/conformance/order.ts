import { expect } from 'vitest'
import type { AcquireOptions, Hold, Locks } from '../../core/index.ts'
import { pause, type Stage, untilClean, untilQueued, WAIT_MS } from './stage.ts'
import type { StagedTest } from './staged.ts'

export function checkOrder(test: StagedTest): void {
  test('waiters come in the order in which they began to wait', async ({ stage }) => {
    const { client, capabilities, long } = stage
    const name = stage.name()
    const hold = await client('first').acquire(name, long)
    const options = { ...long, waitMs: WAIT_MS }
    const [one, other, third] = [client('one'), client('other'), client('third')]
    const line = await queueUp(stage, name, [one, other, one, third, third, other], options)
    await hold.release()
    await line.done
    if (capabilities.fifo) expect(line.came).toEqual([0, 1, 2, 3, 4, 5])
    else expect([...line.came].sort()).toEqual([0, 1, 2, 3, 4, 5])
  })

  test('permits come in that order, too', async ({ stage }) => {
    const { client, capabilities, long } = stage
    const name = stage.name()
    const options = { ...long, waitMs: WAIT_MS, permits: 2 }
    const locks = client('first')
    const holds: Hold[] = [await locks.acquire(name, options), await locks.acquire(name, options)]
    const line = await queueUp(stage, name, [client('a'), client('b'), client('c'), client('d')], options)
    await holds[0]?.release()
    await line.done
    await holds[1]?.release()
    if (capabilities.fifo && stage.alone) expect(line.came).toEqual([0, 1, 2, 3])
    else expect([...line.came].sort()).toEqual([0, 1, 2, 3])
  })

  test('who does not wait can not jump a queue that is kept', async ({ stage }) => {
    const { client, long } = stage
    const name = stage.name()
    const hold = await client('first').acquire(name, long)
    const second = client('second').acquire(name, { ...long, waitMs: WAIT_MS })
    await untilQueued(stage, name)
    const hasty = client('hasty')
    const asks = Array.from({ length: 20 }, () => hasty.tryAcquire(name, long))
    const [tried] = await Promise.all([Promise.all(asks), hold.release()])
    const jumped = tried.flatMap((one) => (one.granted ? [one.hold] : []))
    if (stage.alone) expect(jumped.length).toBe(0)
    // The queue of a quorum only advises; a vote is a vote.
    expect(jumped.length).toBeLessThanOrEqual(1)
    await Promise.all(jumped.map((one) => one.release()))
    ;(await second).assertHeld()
  })

  test('who does not wait is refused while somebody waits for what is free', async ({ stage }) => {
    const { subject, client, long, alone } = stage
    const name = stage.name()
    await subject.probe.plantWaiter(name, { ttlMs: subject.maxTtlMs, livesMs: subject.maxTtlMs })
    const tried = await client('hasty').tryAcquire(name, long)
    // Where the queue is made of what will hold, the first in it holds already.
    if (alone) expect(tried).toMatchObject({ granted: false, why: expect.stringMatching(/^(queued|held)$/) })
    // The queue of a quorum only advises; a vote is a vote.
    else expect(tried).toMatchObject({ granted: true })
  })

  test('who was killed while it waited is passed over', async ({ stage }) => {
    const { subject, client, long, short } = stage
    const name = stage.name()
    const hold = await client('first').acquire(name, long)
    const dead = await subject.probe.plantWaiter(name, { ...short, livesMs: 0 })
    const waiting = client('second').acquire(name, { ...long, waitMs: WAIT_MS })
    await untilQueued(stage, name)
    await hold.release()
    expect(await subject.probe.tokens(name)).not.toContain(dead)
    const next = await waiting
    next.assertHeld()
    await next.release()
    await untilClean(stage, name)
  })

  test('who was killed a moment ago only delays the others', async ({ stage }) => {
    const { subject, client, long, short, steady } = stage
    const name = stage.name()
    const hold = await client('first').acquire(name, long)
    await subject.probe.plantWaiter(name, { ...short, livesMs: steady.ttlMs })
    const waiting = client('second').acquire(name, { ...long, waitMs: WAIT_MS })
    await untilQueued(stage, name, 2)
    await hold.release()
    const next = await waiting
    next.assertHeld()
    await next.release()
    await untilClean(stage, name)
  })

  test('who was killed is passed over in a queue that nobody else renews', async ({ stage }) => {
    const { subject, client, long, short, steady } = stage
    const name = stage.name()
    await subject.probe.plantWaiter(name, { ...short, livesMs: steady.ttlMs })
    const next = await client('second').acquire(name, { ...long, waitMs: WAIT_MS })
    next.assertHeld()
    await next.release()
    await untilClean(stage, name)
  })
}

interface Line {
  came: number[]
  done: Promise<void>
}

/** One after the other, each when the one before it is in the queue. */
async function queueUp(
  stage: Stage,
  name: string,
  waiters: readonly Locks[],
  options: AcquireOptions,
): Promise<Line> {
  const came: number[] = []
  const turns: Promise<void>[] = []
  for (const [at, locks] of waiters.entries()) {
    turns.push(
      locks.using(name, options, async () => {
        came.push(at)
        await pause(5)
      }),
    )
    await untilQueued(stage, name, at + 1)
  }
  return { came, done: Promise.all(turns).then(() => {}) }
}
