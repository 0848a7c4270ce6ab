import { expect } from 'vitest'
import type { Locks } from '../../core/index.ts'
import { outcomeOf, type Stage, told, until, untilClean, WAIT_MS } from './stage.ts'
import type { StagedTest } from './staged.ts'

/** Connected, and the servers have found together again after the test before. */
async function warmUp({ long, name }: Stage, locks: Locks): Promise<void> {
  await locks.using(name(), { ...long, waitMs: WAIT_MS }, () => {})
}

const SILENT = ['no_quorum', 'backend_unavailable']

export function checkSilence(test: StagedTest): void {
  test('no answer is not a refusal: an error says so, and it can be taken when the servers go on', async ({
    stage,
  }) => {
    const { subject, client, long } = stage
    const name = stage.name()
    const locks = client('first')
    await warmUp(stage, locks)
    subject.freeze()
    expect(SILENT).toContain(await outcomeOf(locks.tryAcquire(name, long)))
    subject.resume()
    const hold = await client('second').acquire(name, { ...long, waitMs: WAIT_MS })
    hold.assertHeld()
  })

  test('a waiter that nobody answers says so when its time is up', async ({ stage }) => {
    const { subject, client, long } = stage
    const locks = client('first')
    await warmUp(stage, locks)
    subject.freeze()
    const waiting = locks.acquire(stage.name(), { ...long, waitMs: 300 })
    expect(SILENT).toContain(await outcomeOf(waiting))
  })

  test('a holder that reaches nobody knows when its time is over', async ({ stage }) => {
    const { subject, client, short } = stage
    const options = { ...short, waitMs: WAIT_MS }
    const hold = await client('first').acquire(stage.name(), options)
    subject.freeze()
    expect(await told(hold)).toMatchObject({ code: 'lost' })
    expect(hold.remainingMs()).toBe(0)
  })

  test('what a silent server was told while it was silent is not carried out afterwards', async ({
    stage,
  }) => {
    const { subject, client, long } = stage
    const [name, semaphore] = [stage.name(), stage.name()]
    const locks = client('first')
    await warmUp(stage, locks)
    subject.freeze()
    const asked = [
      locks.tryAcquire(name, long),
      locks.acquire(name, { ...long, waitMs: 200 }),
      locks.acquire(semaphore, { ...long, permits: 2 }),
      locks.acquire(semaphore, { ...long, permits: 2, waitMs: 200 }),
    ]
    for (const outcome of await Promise.all(asked.map(outcomeOf))) expect(SILENT).toContain(outcome)
    subject.resume()
    await untilClean(stage, name)
    await untilClean(stage, semaphore)
  })

  test('a freeze that too few have heard is not said to be in force', async ({ stage }) => {
    const { subject, client } = stage
    const name = stage.name()
    const operator = client('operator')
    await warmUp(stage, operator)
    subject.freeze()
    const laid = await operator.freeze(name, { forMs: 1_000, message: 'm' }).catch((error) => error)
    expect(laid.inForce === false || SILENT.includes(laid.code)).toBe(true)
    subject.resume()
    await untilClean(stage, name)
  })

  test('closing ends, also when nobody answers', async ({ stage }) => {
    const { subject, client, long } = stage
    const locks = client('first')
    await warmUp(stage, locks)
    await locks.acquire(stage.name(), long)
    subject.freeze()
    await locks.close()
  })

  test('as many silent servers as may be missing keep nobody from anything', async ({ stage }) => {
    const { subject, client, alone, long } = stage
    if (!subject.freezeMinority) return expect(alone).toBe(true)
    const [locks, other] = [client('first'), client('other')]
    await warmUp(stage, locks)
    await warmUp(stage, other)
    subject.freezeMinority()
    const name = stage.name()
    const options = { ...long, waitMs: WAIT_MS }
    const hold = await locks.acquire(name, options)
    hold.assertHeld()
    const next = other.acquire(name, options)
    await until(() => hold.renew())
    await hold.release()
    ;(await next).assertHeld()
    const permit = await locks.acquire(stage.name(), { ...options, permits: 2 })
    permit.assertHeld()
    const frozen = stage.name()
    await until(async () => (await locks.freeze(frozen, { forMs: 1_000, message: 'm' })).inForce)
  })
}
