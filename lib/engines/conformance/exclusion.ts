import { expect } from 'vitest'
import type { StagedTest } from './staged.ts'

export function checkExclusion(test: StagedTest): void {
  test('one holds, another is refused and told by whom', async ({ stage }) => {
    const { subject, client, holders, long } = stage
    const name = stage.name()
    const hold = await client('first').acquire(name, long)
    const tried = await client('second').tryAcquire(name, long)
    expect(tried).toMatchObject({ granted: false, why: 'held', holder: expect.stringContaining('first@') })
    expect(await holders(name)).toBe(1)
    expect(new Set(await subject.probe.tokens(name)).size).toBe(1)
    hold.assertHeld()
  })

  test('of many who ask at once, at most one is granted', async ({ stage }) => {
    const { client, long } = stage
    const name = stage.name()
    const clients = Array.from({ length: 4 }, (_, at) => client(`rival-${at}`))
    const tried = await Promise.all(
      clients.flatMap((locks) => [locks.tryAcquire(name, long), locks.tryAcquire(name, long)]),
    )
    const granted = tried.filter((one) => one.granted)
    expect(granted.length).toBeLessThanOrEqual(1)
    expect(await stage.holders(name)).toBe(granted.length)
    if (stage.alone) expect(granted.length).toBe(1)
  })

  test('names stand for themselves, also when one begins with the other', async ({ stage }) => {
    const { client, long } = stage
    const name = stage.name()
    await client('first').acquire(`${name}/part`, long)
    const second = client('second')
    for (const other of [name, `${name}/part/part`, `${name}/par`, `${name}/%2F`, `${name}/part:queue`]) {
      const tried = await second.tryAcquire(other, long)
      expect(tried.granted, other).toBe(true)
    }
  })

  test('names of any script, with spaces, braces and quotes', async ({ stage }) => {
    const { client, long } = stage
    const name = `${stage.name()} {a} "b" 'c' ünï 锁\n`
    const hold = await client('first').acquire(name, long)
    expect((await client('second').tryAcquire(name, long)).granted).toBe(false)
    expect(await stage.holders(name)).toBe(1)
    await hold.release()
  })

  test('the longest name that is allowed is a name like any other', async ({ stage }) => {
    const { client, long } = stage
    const name = stage.name().padEnd(1_024, 'x')
    const hold = await client('first').acquire(name, long)
    expect((await client('second').tryAcquire(name, long)).granted).toBe(false)
    await hold.release()
  })
}
