import { describe, expect, it } from 'vitest'
import type { Lock } from './lock.ts'
import { at, T0 } from './test-locks.ts'
import { contendedLock, deadlocksIn, waitsFor } from './test-waits.ts'
import { waitsForSchema } from './waiting.ts'

const cycles = (...locks: Lock[]) => waitsFor(locks).cycles.map(({ parties }) => parties.join(' > '))

describe('who waits for whom', () => {
  it('names the head of a chain with everybody behind it, over backends', () => {
    const seen = waitsFor([
      contendedLock('orders/42', ['api:0'], ['worker:100', 'cron:200']),
      contendedLock('ledger', ['worker:50'], ['report:300'], { backend: 'infra' }),
      contendedLock('quiet', ['other:0'], []),
    ])
    expect(waitsForSchema.parse(seen)).toEqual(seen)
    expect(seen.heads).toEqual(['process api'])
    expect(seen.parties.map(({ label, downstream }) => `${label} ${downstream}`)).toEqual([
      'api 3',
      'worker 1',
      'cron 0',
      'report 0',
    ])
    expect(seen.waits).toContainEqual({
      ...{ waiter: 'process report', holder: 'process worker', lock: 'ledger' },
      ...{ since: at(300), heldSince: at(50) },
    })
    expect(seen.looked).toEqual({ contended: 2, unheld: 0 })
    expect(seen.cycles).toEqual([])
  })

  it('finds a circle across backends, and offers up whoever holds the least, then the youngest', () => {
    const circle = [
      contendedLock('a', ['one:0'], ['two:2000']),
      contendedLock('b', ['two:10'], ['one:1000'], { backend: 'infra' }),
      contendedLock('c', ['two:10'], ['three:0']),
    ]
    expect(waitsFor(circle).cycles).toEqual([
      {
        parties: ['process one', 'process two'],
        size: 2,
        locks: ['a', 'b'],
        since: at(2000),
        victim: { party: 'process one', lock: 'a', because: 'it holds the least: 1 contended lock' },
      },
    ])
    const young = waitsFor([
      contendedLock('a', ['one:0'], ['two:200']),
      contendedLock('b', ['two:10'], ['one:100']),
    ])
    expect(young.cycles[0]?.victim).toMatchObject({ party: 'process two', lock: 'b' })
    const [deadlock] = deadlocksIn(circle).values()
    expect(deadlock).toEqual({
      steps: [
        { label: 'one', waitsFor: 'b', lock: 'b' },
        { label: 'two', waitsFor: 'a', lock: 'a' },
      ],
      since: T0 + 2000,
      victim: { label: 'one', lock: 'a', lockId: 'a', because: 'it holds the least: 1 contended lock' },
    })
    expect([...deadlocksIn(circle).keys()]).toEqual(['a', 'b'])
    const behind = contendedLock('c', ['two:10'], ['three:0'])
    expect([...deadlocksIn([contendedLock('a', ['one:0'], ['two:2000']), behind])]).toEqual([])
  })

  it('makes no circle of another task that waited before the lock was taken', () => {
    expect(
      cycles(contendedLock('a', ['one:9000'], ['two:9500']), contendedLock('b', ['two:0'], ['one:1000'])),
    ).toEqual([])
    expect(
      cycles(contendedLock('a', ['one:9000'], ['two:9500']), contendedLock('b', ['two:0'], ['one:9100'])),
    ).toEqual(['process one > process two'])
  })

  it('makes none of a process that waits for itself, nor of a semaphore that others can give back', () => {
    expect(cycles(contendedLock('a', ['one'], ['one']))).toEqual([])
    const shared = { kind: 'semaphore', permits: 2 } as const
    const back = contendedLock('b', ['two'], ['one'])
    expect(cycles(contendedLock('a', ['one', 'free'], ['two'], shared), back)).toEqual([])
    expect(cycles(contendedLock('a', ['one'], ['two'], shared), back)).toEqual([])
    expect(
      cycles(
        contendedLock('a', ['one', 'three'], ['two'], shared),
        contendedLock('b', ['two'], ['one', 'three']),
      ),
    ).toHaveLength(1)
    expect(cycles(contendedLock('a', ['one'], ['two'], { state: 'partial' }), back)).toEqual([])
    const readers = { kind: 'read-write' } as const
    expect(cycles(contendedLock('a', ['one', 'free'], ['two'], readers), back)).toHaveLength(1)
  })

  it('tells parties apart by their tokens when nothing else is known of them', () => {
    const anonymous = (lock: Lock): Lock => ({
      ...lock,
      holders: lock.holders.map((holder) => ({ ...holder, identity: null })),
    })
    const seen = waitsFor([anonymous(contendedLock('a', ['one'], ['two']))])
    expect(seen.parties.map(({ identified }) => identified)).toEqual([false, true])
  })

  it('stays small, and says how much it left out', () => {
    const many = Array.from({ length: 3_000 }, (_, index) => `w${index}`)
    const seen = waitsFor([contendedLock('big', ['one'], many), contendedLock('small', ['two'], ['x'])])
    expect(seen.waits).toHaveLength(2_000)
    expect(seen.leftOut).toEqual({ waits: 1_001, heads: 1, cycles: 0 })
    expect(seen.heads).toEqual(['process one'])
    expect(seen.parties[0]?.downstream).toBe(3_000)
  })

  it('tells the largest of very many heads and circles, and how many there are beside them', () => {
    const queues = Array.from({ length: 5_000 }, (_, i) =>
      contendedLock(`l${i}`, [`p${i}`], i === 4_321 ? ['x', 'y', 'z'] : [`w${i}`]),
    )
    const heads = waitsFor(queues)
    expect(heads.heads[0]).toBe('process p4321')
    expect(heads.heads.length + heads.leftOut.heads).toBe(5_000)
    expect(heads.waits.length + heads.leftOut.waits).toBe(5_002)
    const pairs = Array.from({ length: 150 }, (_, i) => [
      contendedLock(`a${i}`, [`p${i}`], [`q${i}`]),
      contendedLock(`b${i}`, [`q${i}`], i === 140 ? ['third'] : [`p${i}`]),
    ]).flat()
    const ring = [...pairs, contendedLock('c', ['third'], ['p140'])]
    const { cycles, leftOut, waits } = waitsFor(ring)
    expect(cycles).toHaveLength(100)
    expect(cycles[0]?.size).toBe(3)
    expect(leftOut.cycles).toBe(50)
    expect(waits).toContainEqual(expect.objectContaining({ lock: 'c', waiter: 'process p140' }))
    expect(deadlocksIn(ring).size).toBe(301)
  })

  it('follows chains of any length', () => {
    const chain = Array.from({ length: 1_000 }, (_, i) => contendedLock(`l${i}`, [`p${i}`], [`p${i + 1}`]))
    const seen = waitsFor(chain)
    expect(seen.heads).toEqual(['process p0'])
    expect(seen.parties[0]?.downstream).toBe(1_000)
    const ring = waitsFor([...chain, contendedLock('last', ['p1000'], ['p0'])])
    expect(ring.cycles[0]?.parties).toHaveLength(200)
    expect(ring.cycles[0]?.size).toBe(1_001)
    expect(ring.parties.at(0)?.downstream).toBe(1_000)
    expect(ring.parties.at(500)?.downstream).toBeNull()
  })
})
