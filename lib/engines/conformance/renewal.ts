import { expect } from 'vitest'
import { pause, told, WAIT_MS } from './stage.ts'
import type { StagedTest } from './staged.ts'

export function checkRenewal(test: StagedTest): void {
  test('a hold that is renewed outlives its TTL', async ({ stage }) => {
    const { client, long, steady } = stage
    const name = stage.name()
    const hold = await client('first').acquire(name, steady)
    await pause(1.2 * steady.ttlMs)
    hold.assertHeld()
    expect((await client('second').tryAcquire(name, long)).granted).toBe(false)
  })

  test('a renewal changes neither the token nor the fence', async ({ stage }) => {
    const { subject, client, long } = stage
    const name = stage.name()
    const hold = await client('first').acquire(name, long)
    await hold.allVotes
    const before = { fence: hold.fence, tokens: await subject.probe.tokens(name) }
    expect(await hold.renew()).toBe(true)
    expect({ fence: hold.fence, tokens: await subject.probe.tokens(name) }).toEqual(before)
  })

  test('a hold that was lost can not be revived, and does not disturb who has it now', async ({ stage }) => {
    const { subject, client, long } = stage
    const name = stage.name()
    const hold = await client('first').acquire(name, { ...long, autoRenew: false })
    await hold.allVotes
    await subject.probe.destroy(name)
    const next = await client('second').acquire(name, { ...long, waitMs: WAIT_MS })
    expect(await hold.renew()).toBe(false)
    expect(() => hold.assertHeld()).toThrow()
    expect(new Set(await subject.probe.tokens(name)).size).toBe(1)
    next.assertHeld()
  })

  test('renewal goes on only while the holder is well: who is not loses the hold by time', async ({
    stage,
  }) => {
    const { client, long, steady } = stage
    const name = stage.name()
    let well = true
    const hold = await client('first').acquire(name, { ...steady, renewWhile: () => well })
    await pause(1.2 * steady.ttlMs)
    hold.assertHeld()
    well = false
    expect(await told(hold)).toMatchObject({ code: 'lost' })
    const next = await client('second').acquire(name, { ...long, waitMs: WAIT_MS })
    next.assertHeld()
  })

  test('a check of health that fails is taken for bad health', async ({ stage }) => {
    const { client, short } = stage
    const renewWhile = () => Promise.reject(new Error('no idea'))
    const hold = await client('first').acquire(stage.name(), { ...short, renewWhile })
    expect(await told(hold)).toMatchObject({ code: 'lost' })
  })
}
