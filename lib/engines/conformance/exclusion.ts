import { expect, test } from 'vitest'
import { type Stage, until } from './stage.ts'

export function checkExclusion(stage: () => Stage): void {
  test('one holds, another is refused and told by whom', async () => {
    const { subject, client } = stage()
    const name = stage().name()
    const hold = await client('first').acquire(name, subject)
    const tried = await client('second').tryAcquire(name, subject)
    expect(tried).toMatchObject({ granted: false, why: 'held', holder: expect.stringContaining('first@') })
    expect(new Set(await subject.probe.tokens(name)).size).toBe(1)
    hold.assertHeld()
  })

  test('names stand for themselves, also when one begins with the other', async () => {
    const { subject, client } = stage()
    const name = stage().name()
    await client('first').acquire(`${name}/part`, subject)
    for (const other of [name, `${name}/part/part`, `${name}/par`, `${name}/%2F`]) {
      const tried = await client('second').tryAcquire(other, subject)
      expect(tried.granted, other).toBe(true)
    }
  })

  test('names of any script, with spaces, braces and quotes', async () => {
    const { subject, client } = stage()
    const name = `${stage().name()} {a} "b" 'c' ünï 锁\n`
    const hold = await client('first').acquire(name, subject)
    expect((await client('second').tryAcquire(name, subject)).granted).toBe(false)
    expect((await subject.probe.tokens(name)).length).toBeGreaterThan(0)
    await hold.release()
  })

  test('what a dead process left is free when its TTL has run out', async () => {
    const { subject, client } = stage()
    const name = stage().name()
    const locks = client('second')
    await subject.probe.plant(name, subject.ttlMs)
    expect((await locks.tryAcquire(name, subject)).granted).toBe(false)
    await until(async () => (await locks.tryAcquire(name, subject)).granted)
  })

  test('fences grow from hold to hold, where there are any', async () => {
    const { subject, client } = stage()
    const name = stage().name()
    const declared = subject.connect()
    const fences: (bigint | null)[] = []
    for (const service of ['a', 'b', 'c']) {
      const hold = await client(service).acquire(name, { ttlMs: subject.ttlMs, waitMs: 5_000 })
      fences.push(hold.fence === null ? null : BigInt(hold.fence))
      await hold.release()
    }
    const promised = declared.length === 1 && declared.every((node) => node.capabilities.fences)
    await Promise.all(declared.map((node) => node.close()))
    if (!promised) return expect(fences).toEqual([null, null, null])
    const [a, b, c] = fences
    expect(
      a !== undefined && b !== undefined && c !== undefined && a !== null && b !== null && c !== null,
    ).toBe(true)
    expect(BigInt(a ?? 0) < BigInt(b ?? 0) && BigInt(b ?? 0) < BigInt(c ?? 0)).toBe(true)
  })
}
