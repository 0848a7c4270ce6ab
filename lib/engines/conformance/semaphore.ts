import { expect } from 'vitest'
import { delayed } from './between.ts'
import { createChance } from './chance.ts'
import { pause, type Stage, until, untilClean, untilQueued, WAIT_MS } from './stage.ts'
import type { StagedTest } from './staged.ts'

export function checkSemaphore(test: StagedTest): void {
  test('so many hold at once as there are permits, and not one more', async ({ stage }) => {
    const { client, long } = stage
    const name = stage.name()
    const options = { ...long, permits: 3 }
    const holds = []
    for (const service of ['a', 'b', 'c']) holds.push(await client(service).acquire(name, options))
    const tried = await client('fourth').tryAcquire(name, options)
    expect(tried).toMatchObject({ granted: false, why: 'held' })
    expect(await stage.holders(name)).toBe(3)
    for (const hold of holds) hold.assertHeld()
    expect(holds.map((hold) => hold.permits)).toEqual([3, 3, 3])
  })

  test('one client may have several permits of its own', async ({ stage }) => {
    const { client, long } = stage
    const name = stage.name()
    const locks = client('first')
    const options = { ...long, permits: 2 }
    const [one] = await Promise.all([locks.acquire(name, options), locks.acquire(name, options)])
    expect((await locks.tryAcquire(name, options)).granted).toBe(false)
    await one?.release()
    await locks.acquire(name, options)
    expect(await stage.holders(name)).toBe(2)
  })

  test('a permit that is given back goes to who waits for one', async ({ stage }) => {
    const { client, long } = stage
    const name = stage.name()
    const options = { ...long, permits: 2, waitMs: WAIT_MS }
    const first = await client('first').acquire(name, options)
    const second = await client('second').acquire(name, options)
    const waiting = client('third').acquire(name, options)
    await untilQueued(stage, name)
    await first.release()
    const third = await waiting
    third.assertHeld()
    second.assertHeld()
    expect(await stage.holders(name)).toBe(2)
    await Promise.all([second.release(), third.release()])
    await untilClean(stage, name)
  })

  test('a permit that nobody renews is free again, the others are kept', async ({ stage }) => {
    const { client, short, steady } = stage
    const name = stage.name()
    const options = { ...steady, permits: 2 }
    const kept = await client('kept').acquire(name, options)
    await client('gone').acquire(name, { ...options, ...short, autoRenew: false })
    const next = await client('next').acquire(name, { ...options, waitMs: WAIT_MS })
    await pause(steady.ttlMs)
    kept.assertHeld()
    next.assertHeld()
    expect((await client('more').tryAcquire(name, options)).granted).toBe(false)
  })

  test('permits that disagree with those in use are refused as invalid, and leave nothing', async ({
    stage,
  }) => {
    for (const [used, asked] of [
      [2, 3],
      [3, 2],
      [1, 2],
      [2, 1],
    ] as const)
      await expectDisagreement(stage, used, asked)
  })

  test('whatever the order of the votes, there is never a holder more than permits', async ({ stage }) => {
    const { client, long } = stage
    const name = stage.name()
    const permits = 2
    const chance = createChance()
    let inside = 0
    let most = 0
    const clients = Array.from({ length: 5 }, (_, at) =>
      client(`worker-${at}`, { through: (nodes) => nodes.map((node) => delayed(node, () => 8 * chance())) }),
    )
    const options = { ...long, permits, waitMs: WAIT_MS }
    const turns = clients.flatMap((locks) =>
      Array.from({ length: 2 }, async () => {
        for (let turn = 0; turn < 3; turn += 1) {
          await pause(10 * chance())
          await locks.using(name, options, async (hold) => {
            inside += 1
            most = Math.max(most, inside)
            // Nobody leaves before all permits were in use once.
            await until(() => most >= permits)
            await pause(10 * chance())
            expect(inside, `seed ${chance.seed}`).toBeLessThanOrEqual(permits)
            hold.assertHeld()
            inside -= 1
          })
        }
      }),
    )
    await Promise.all(turns)
    expect(most, `seed ${chance.seed}`).toBe(permits)
    await untilClean(stage, name)
  })

  test('many who ask once at the same moment are never granted more than there are permits', async ({
    stage,
  }) => {
    const { client, long } = stage
    const chance = createChance()
    const through = (nodes: ReturnType<Stage['nodes']>) =>
      nodes.map((node) => delayed(node, () => 5 * chance()))
    const clients = Array.from({ length: 6 }, (_, at) => client(`rival-${at}`, { through }))
    for (let round = 0; round < 4; round += 1) {
      const name = stage.name()
      const options = { ...long, permits: 2 }
      const tried = await Promise.all(clients.map((locks) => locks.tryAcquire(name, options)))
      const granted = tried.flatMap((one) => (one.granted ? [one.hold] : []))
      expect(granted.length, `seed ${chance.seed}`).toBeLessThanOrEqual(2)
      expect(await stage.holders(name), `seed ${chance.seed}`).toBe(granted.length)
      await Promise.all(granted.map((hold) => hold.release()))
      await untilClean(stage, name)
    }
  })
}

async function expectDisagreement(stage: Stage, used: number, asked: number): Promise<void> {
  const { subject, client, long } = stage
  const name = stage.name()
  const says = `${asked} asked, ${used} in use`
  const hold = await client('first').acquire(name, { ...long, permits: used })
  await hold.allVotes
  const other = client('other')
  const refused = { code: 'invalid', lock: name, hint: expect.stringMatching(/\w/) }
  for (let time = 0; time < 3; time += 1)
    await expect(other.tryAcquire(name, { ...long, permits: asked }), says).rejects.toMatchObject(refused)
  await expect(other.acquire(name, { ...long, permits: asked, waitMs: WAIT_MS }), says).rejects.toMatchObject(
    refused,
  )
  await until(async () => (await subject.probe.waiters(name)) === 0)
  expect(new Set(await subject.probe.tokens(name)).size, says).toBe(1)
  expect(await hold.renew(), says).toBe(true)
  await hold.release()
  await untilClean(stage, name)
  await other.acquire(name, { ...long, permits: asked })
}
