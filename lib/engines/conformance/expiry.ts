import { expect } from 'vitest'
import { delayed } from './between.ts'
import { told, until, WAIT_MS } from './stage.ts'
import type { StagedTest } from './staged.ts'

const FAR_MS = 100

export function checkExpiry(test: StagedTest): void {
  test('what a dead process left is free when its TTL has run out', async ({ stage }) => {
    const { subject, client, long, steady } = stage
    const name = stage.name()
    const locks = client('second')
    await subject.probe.plant(name, steady.ttlMs)
    expect((await locks.tryAcquire(name, long)).granted).toBe(false)
    await until(async () => (await locks.tryAcquire(name, long)).granted)
  })

  test('a hold that nobody renews ends, says so, and frees the lock', async ({ stage }) => {
    const { client, long, short } = stage
    const name = stage.name()
    const hold = await client('first').acquire(name, { ...short, autoRenew: false })
    expect(await told(hold)).toMatchObject({ code: 'lost', lock: name })
    expect(hold.remainingMs()).toBe(0)
    const next = await client('second').acquire(name, { ...long, waitMs: WAIT_MS })
    next.assertHeld()
  })

  test('a holder never believes in its hold for longer than the store keeps it', async ({ stage }) => {
    const { subject, client, steady, voters } = stage
    const name = stage.name()
    // Far from its servers: the time counts from the sending, not from the answer.
    const far = client('far', { through: (nodes) => nodes.map((node) => delayed(node, () => FAR_MS)) })
    const hold = await far.acquire(name, { ...steady, autoRenew: false })
    await hold.allVotes
    for (const renewed of [false, true]) {
      if (renewed) expect(await hold.renew()).toBe(true)
      const kept = (await subject.probe.remainingMs(name)).sort((a, b) => b - a)
      const believed = hold.remainingMs()
      expect(believed).toBeGreaterThan(0)
      expect(kept[Math.floor(voters / 2)]).toBeGreaterThanOrEqual(believed)
    }
  })
}
