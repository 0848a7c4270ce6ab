import { expect } from 'vitest'
import type { Locks } from '../../core/index.ts'
import { expectFences } from './fences.ts'
import { outcomeOf, pause, type Stage, told, until, untilClean, untilQueued, WAIT_MS } from './stage.ts'
import type { StagedTest } from './staged.ts'

export function checkCrashes(test: StagedTest): void {
  test('a hold ends with the memory of the servers, and with nothing less', async ({ stage }) => {
    const { subject, client, alone, long } = stage
    const { crash, remembers } = subject.failures
    const name = stage.name()
    const hold = await client('first').acquire(name, { ...long, waitMs: WAIT_MS })
    await hold.allVotes
    await crash(alone ? 'majority' : 'minority')
    const other = client('other')
    if (alone && !remembers) {
      // Nobody else knows of it: this is what a lone server without persistence can't do.
      await hold.renew()
      expect(await told(hold)).toMatchObject({ code: 'lost' })
      await other.acquire(name, { ...long, waitMs: WAIT_MS })
    } else {
      await untilAnswered(stage, other)
      expect(await other.tryAcquire(name, long)).toMatchObject({ granted: false, why: 'held' })
      await until(() => hold.renew())
      hold.assertHeld()
      await hold.release()
    }
    await heal(stage)
  })

  test('so many servers that lost their memory that nobody knows anything grant nothing', async ({
    stage,
  }) => {
    const { subject, client, long } = stage
    const { crash, remembers, bootstrap } = subject.failures
    if (bootstrap === null) return expect(stage.alone || remembers).toBe(true)
    const name = stage.name()
    await client('first').acquire(name, { ...long, waitMs: WAIT_MS })
    await crash('majority')
    const other = client('other')
    await until(async () => (await outcomeOf(other.tryAcquire(name, long))) === 'quarantined')
    for (const options of [long, { ...long, waitMs: 300 }]) {
      const asking = other.acquire(stage.name(), options)
      await expect(asking).rejects.toMatchObject({ code: 'quarantined', hint: expect.stringMatching(/\w/) })
    }
    expect(await stage.holders(name)).toBe(0)
    await bootstrap()
    const next = await other.acquire(stage.name(), { ...long, waitMs: WAIT_MS })
    next.assertHeld()
  })

  test('a quarantine ends by itself, when every hold that was forgotten has ended', async ({ stage }) => {
    const { subject, client, long } = stage
    const { crash, connectQuarantining } = subject.failures
    if (connectQuarantining === null) return expect(subject.failures.bootstrap).toBe(null)
    await crash('majority')
    const locks = client('first', { nodes: () => connectQuarantining(1_500) })
    await until(async () => (await outcomeOf(locks.tryAcquire(stage.name(), long))) === 'quarantined')
    await until(async () => (await outcomeOf(locks.tryAcquire(stage.name(), long))) === 'granted')
    await heal(stage)
  })

  test('fences grow over servers that are killed and start empty', async ({ stage }) => {
    const { subject, client, capabilities, alone, long } = stage
    const name = stage.name()
    const fences: (string | null)[] = []
    const options = { ...long, waitMs: WAIT_MS }
    const take = (service: string) =>
      client(service).using(name, options, async (hold) => {
        fences.push(hold.fence)
        await hold.allVotes
      })
    await take('before')
    await subject.failures.crash(alone ? 'majority' : 'minority')
    await take('while some have lost their memory')
    await heal(stage)
    await take('when all of them vote again')
    await take('and once more')
    expectFences(capabilities.fences, fences)
  })

  test('who waits while servers crash gets the lock in the end', async ({ stage }) => {
    const { subject, client, alone, long } = stage
    const name = stage.name()
    const hold = await client('first').acquire(name, { ...long, waitMs: WAIT_MS })
    const waiting = client('second').acquire(name, { ...long, waitMs: WAIT_MS })
    await untilQueued(stage, name)
    await subject.failures.crash(alone ? 'majority' : 'minority')
    await pause(50)
    await hold.release()
    const next = await waiting
    next.assertHeld()
    await next.release()
    await untilClean(stage, name)
    await heal(stage)
  })
}

/** As it was before: every server votes. */
async function heal({ subject }: Stage): Promise<void> {
  await subject.failures.bootstrap?.()
}

/** Its connections have found to the servers again. */
async function untilAnswered(stage: Stage, locks: Locks): Promise<void> {
  await until(async () => (await outcomeOf(locks.tryAcquire(stage.name(), stage.subject))) === 'granted')
}
