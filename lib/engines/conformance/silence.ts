import { expect, test } from 'vitest'
import type { Locks } from '../../core/index.ts'
import { lost, type Stage, until } from './stage.ts'

const WAIT_MS = 20_000

/** Connected, and the servers have found together again after the test before. */
async function warmUp({ subject, name }: Stage, locks: Locks): Promise<void> {
  await locks.using(name(), { ttlMs: subject.ttlMs, waitMs: WAIT_MS }, () => {})
}

export function checkSilence(stage: () => Stage): void {
  test('no answer is not a refusal: an error says so, and it can be taken when the servers go on', async () => {
    const { subject, client } = stage()
    const name = stage().name()
    const locks = client('first')
    await warmUp(stage(), locks)
    subject.freeze()
    const code = await locks.tryAcquire(name, subject).catch((error) => error.code)
    expect(['no_quorum', 'backend_unavailable']).toContain(code)
    subject.resume()
    const hold = await client('second').acquire(name, { ttlMs: subject.ttlMs, waitMs: WAIT_MS })
    hold.assertHeld()
  })

  test('a holder that reaches nobody knows when its time is over', async () => {
    const { subject, client } = stage()
    const options = { ttlMs: subject.ttlMs, waitMs: WAIT_MS }
    const hold = await client('first').acquire(stage().name(), options)
    subject.freeze()
    expect(await lost(hold)).toMatchObject({ code: 'lost' })
    expect(hold.remainingMs()).toBe(0)
  })

  test('what a silent server was told while it was silent is not carried out afterwards', async () => {
    const { subject, client } = stage()
    const name = stage().name()
    const locks = client('first')
    await warmUp(stage(), locks)
    subject.freeze()
    await locks.tryAcquire(name, subject).catch(() => {})
    subject.resume()
    await until(() => subject.probe.isClean(name))
  })

  test('as many silent servers as may be missing do not keep it from being granted', async () => {
    const { subject, client } = stage()
    if (!subject.freezeMinority) return
    const locks = client('first')
    await warmUp(stage(), locks)
    subject.freezeMinority()
    const hold = await locks.acquire(stage().name(), { ttlMs: 3 * subject.ttlMs, waitMs: WAIT_MS })
    hold.assertHeld()
  })
}
