import { expect } from 'vitest'
import { over } from './between.ts'
import { told, untilClean, untilQueued, WAIT_MS } from './stage.ts'
import type { StagedTest } from './staged.ts'
import type { ClosableNode } from './subject.ts'

const ASK = { message: 'please let go, the disk is full', by: 'nina' }

export function checkAsk(test: StagedTest): void {
  test('a holder that is asked to let go hears it, and holds until it does', async ({ stage }) => {
    const { client, long, steady } = stage
    const name = stage.name()
    const hold = await client('first').acquire(name, steady)
    await hold.allVotes
    const waiting = client('second').acquire(name, { ...long, waitMs: WAIT_MS })
    await untilQueued(stage, name)
    expect(await client('operator').ask(name, ASK)).toMatchObject({ inForce: true })
    expect(await told(hold)).toMatchObject({
      code: 'asked',
      lock: name,
      message: expect.stringContaining(ASK.message),
    })
    expect(hold.notice).toEqual({ kind: 'ask', ...ASK })
    hold.assertHeld()
    expect(await hold.renew()).toBe(true)
    expect(await stage.holders(name)).toBe(1)
    await hold.release()
    const next = await waiting
    expect(await next.renew()).toBe(true)
    expect(next.notice).toBe(null)
    expect(next.signal.aborted).toBe(false)
    await next.release()
    await untilClean(stage, name)
  })

  test('it hears it also when no message reaches it: with its next renewal', async ({ stage }) => {
    const { client, long } = stage
    const name = stage.name()
    const through = (nodes: ClosableNode[]) => nodes.map((node) => over({ lets: () => false }, node))
    const hold = await client('deaf', { through }).acquire(name, { ...long, autoRenew: false })
    await hold.allVotes
    await client('operator').ask(name, ASK)
    expect(await hold.renew()).toBe(true)
    expect(await told(hold)).toMatchObject({ code: 'asked' })
    hold.assertHeld()
  })

  test('all who hold a semaphore are asked', async ({ stage }) => {
    const { client, steady } = stage
    const name = stage.name()
    const options = { ...steady, permits: 2 }
    const holds = [await client('a').acquire(name, options), await client('b').acquire(name, options)]
    for (const hold of holds) await hold.allVotes
    expect(await client('operator').ask(name, ASK)).toMatchObject({ inForce: true })
    for (const hold of holds) {
      expect(await told(hold)).toMatchObject({ code: 'asked' })
      hold.assertHeld()
      await hold.release()
    }
    await untilClean(stage, name)
  })

  test('nobody can be asked to let go of what is free, and nothing is left of it', async ({ stage }) => {
    const { client, long } = stage
    const name = stage.name()
    expect(await client('operator').ask(name, ASK)).toMatchObject({ inForce: false })
    const hold = await client('first').acquire(name, long)
    expect(await hold.renew()).toBe(true)
    expect(hold.notice).toBe(null)
    await hold.release()
    await untilClean(stage, name)
  })
}
