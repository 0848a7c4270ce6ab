import { afterEach, describe, expect, it, vi } from 'vitest'
import { briefOf, type LockTable } from '../fleet/brief.ts'
import type { Lock } from '../fleet/lock.ts'
import { contendedLock } from '../fleet/test-waits.ts'
import { Circles } from './circles.ts'

const locks = new Map<string, Lock>()
const table: LockTable = {
  get size() {
    return locks.size
  },
  has: (id) => locks.has(id),
  get: (id) => locks.get(id),
  brief: () => undefined,
  *briefs() {
    for (const lock of locks.values()) yield briefOf(lock)
  },
}
const put = (...more: Lock[]) => {
  for (const lock of more) locks.set(lock.id, lock)
}

let told: string[] = []
const circles = new Circles(table, (ids) => told.push(...ids))
afterEach(() => circles.close())

const WAIT = { timeout: 20_000, interval: 20 }

describe('circles of those who wait for each other', () => {
  it('are found among very many queues, told once, and told again when they open', async () => {
    put(...Array.from({ length: 3_200 }, (_, i) => contendedLock(`l${i}`, [`p${i}`], [`w${i}`])))
    put(contendedLock('a', ['one'], ['two']), contendedLock('b', ['two'], ['one']))
    circles.haveChanged()
    await vi.waitFor(() => expect(told.sort()).toEqual(['a', 'b']), WAIT)
    expect(circles.of('a')?.steps).toHaveLength(2)
    expect(circles.of('l0')).toBeNull()

    told = []
    put(contendedLock('c', ['three'], ['four']), contendedLock('d', ['four'], ['three']))
    circles.haveChanged()
    await vi.waitFor(() => expect(told.sort()).toEqual(['c', 'd']), WAIT)

    told = []
    put(contendedLock('b', ['two'], []))
    circles.haveChanged()
    await vi.waitFor(() => expect(told.sort()).toEqual(['a', 'b']), WAIT)
    expect(circles.of('a')).toBeNull()
    expect(circles.of('c')).not.toBeNull()
  })
})
