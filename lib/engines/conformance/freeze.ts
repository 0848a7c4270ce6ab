import { expect } from 'vitest'
import { outcomeOf, pause, untilClean, untilQueued, WAIT_MS } from './stage.ts'
import type { StagedTest } from './staged.ts'

const HOUR_MS = 3_600_000
const FREEZE = { forMs: HOUR_MS, message: 'the database is being moved', by: 'nina' }

export function checkFreeze(test: StagedTest): void {
  test('nobody is granted what is frozen, and everybody is told why', async ({ stage }) => {
    const { subject, client, voters, long } = stage
    const name = stage.name()
    const operator = client('operator')
    expect(await operator.freeze(name, FREEZE)).toMatchObject({ inForce: true })
    expect(await subject.probe.closed(name)).toBeGreaterThan(voters / 2)
    const locks = client('first')
    const tried = await locks.tryAcquire(name, long)
    expect(tried).toMatchObject({ granted: false, why: 'frozen', message: FREEZE.message })
    for (const waitMs of [0, 300]) {
      const asking = locks.acquire(name, { ...long, waitMs })
      await expect(asking).rejects.toMatchObject({
        code: 'frozen',
        lock: name,
        message: expect.stringContaining(FREEZE.message),
      })
    }
    const permits = await locks.tryAcquire(name, { ...long, permits: 2 })
    expect(permits).toMatchObject({ granted: false, why: 'frozen' })
    expect(await subject.probe.tokens(name)).toEqual([])
    await operator.unfreeze(name)
    await untilClean(stage, name)
  })

  test('who holds it renews on, and nobody comes after it', async ({ stage }) => {
    const { subject, client, long, steady } = stage
    const name = stage.name()
    const hold = await client('first').acquire(name, steady)
    await client('operator').freeze(name, FREEZE)
    const giveUp = new AbortController()
    const options = { ...long, waitMs: WAIT_MS, signal: giveUp.signal }
    const waiting = outcomeOf(client('second').acquire(name, options))
    await untilQueued(stage, name)
    await pause(1.2 * steady.ttlMs)
    hold.assertHeld()
    expect(hold.signal.aborted).toBe(false)
    await hold.release()
    await pause(subject.ttlMs / 2)
    expect(await subject.probe.tokens(name)).toEqual([])
    giveUp.abort()
    expect(await waiting).toBe('aborted')
    await client('operator').unfreeze(name)
    await untilClean(stage, name)
  })

  test('who waited before it was frozen does not slip in', async ({ stage }) => {
    const { client, long } = stage
    const [first, second, operator] = [client('first'), client('second'), client('operator')]
    const rounds = Array.from({ length: 8 }, async () => {
      const name = stage.name()
      const hold = await first.acquire(name, long)
      let isIn = false
      const waiting = second.acquire(name, { ...long, waitMs: WAIT_MS }).then((won) => {
        isIn = true
        return won
      })
      await untilQueued(stage, name)
      expect(await operator.freeze(name, FREEZE)).toMatchObject({ inForce: true })
      await hold.release()
      await pause(100)
      expect(isIn).toBe(false)
      expect(await stage.holders(name)).toBe(0)
      await operator.unfreeze(name)
      await (await waiting).release()
      await untilClean(stage, name)
    })
    await Promise.all(rounds)
  })

  test('lifting it lets the first waiter in', async ({ stage }) => {
    const { subject, client, long } = stage
    const name = stage.name()
    const operator = client('operator')
    await operator.freeze(name, FREEZE)
    const waiting = client('second').acquire(name, { ...long, waitMs: WAIT_MS })
    await untilQueued(stage, name)
    expect(await subject.probe.tokens(name)).toEqual([])
    expect(await operator.unfreeze(name)).toMatchObject({ inForce: true })
    const next = await waiting
    next.assertHeld()
    expect(await subject.probe.closed(name)).toBe(0)
    await next.release()
    await untilClean(stage, name)
  })

  test('it ends by itself, and not before', async ({ stage }) => {
    const { subject, client, voters, long } = stage
    const name = stage.name()
    await client('operator').freeze(name, { ...FREEZE, forMs: subject.ttlMs })
    const next = await client('second').acquire(name, { ...long, waitMs: WAIT_MS })
    expect(await subject.probe.closed(name)).toBeLessThanOrEqual(voters / 2)
    next.assertHeld()
    await next.release()
    await untilClean(stage, name)
  })

  test('a second freeze takes the place of the first', async ({ stage }) => {
    const { client, long, steady } = stage
    const name = stage.name()
    const operator = client('operator')
    await operator.freeze(name, FREEZE)
    await operator.freeze(name, { forMs: steady.ttlMs, message: 'almost done', by: 'ole' })
    const locks = client('first')
    expect(await locks.tryAcquire(name, long)).toMatchObject({ message: 'almost done' })
    const next = await locks.acquire(name, { ...long, waitMs: WAIT_MS })
    next.assertHeld()
  })

  test('a freeze of one name is none of another', async ({ stage }) => {
    const { client, long } = stage
    const name = stage.name()
    const operator = client('operator')
    await operator.freeze(name, FREEZE)
    expect((await client('first').tryAcquire(`${name}/other`, long)).granted).toBe(true)
    await operator.unfreeze(name)
  })
}
