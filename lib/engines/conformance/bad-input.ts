import { expect } from 'vitest'
import { createLocks } from '../../core/index.ts'
import type { Stage } from './stage.ts'
import type { StagedTest } from './staged.ts'

const HALF_OF_A_PAIR = '\ud83d'
const DAY_MS = 86_400_000

const NAMES: readonly [what: string, name: unknown][] = [
  ['an empty name', ''],
  ['a name of too many bytes', 'x'.repeat(1_025)],
  ['a name of too many bytes, though not of too many characters', '锁'.repeat(342)],
  ['a name with a NUL', 'a\0b'],
  ['a name with half of a surrogate pair', `a${HALF_OF_A_PAIR}`],
  ['a name that is a number', 42],
  ['no name', undefined],
]

const options = ({ ttlMs, maxTtlMs }: Stage['subject']): [what: string, options: object][] => [
  ['no TTL', {}],
  ['a TTL of zero', { ttlMs: 0 }],
  ['a negative TTL', { ttlMs: -1_000 }],
  ['a TTL with a fraction', { ttlMs: 1_000.5 }],
  ['a TTL that is no number', { ttlMs: Number.NaN }],
  ['a TTL without end', { ttlMs: Number.POSITIVE_INFINITY }],
  ['a TTL in words', { ttlMs: '1000' }],
  ['a TTL beyond the longest', { ttlMs: maxTtlMs + 1 }],
  ['no permits', { ttlMs, permits: 0 }],
  ['negative permits', { ttlMs, permits: -2 }],
  ['half a permit', { ttlMs, permits: 1.5 }],
  ['permits that are no number', { ttlMs, permits: Number.NaN }],
  ['a negative number of replicas', { ttlMs, minReplicas: -1 }],
  ['half a replica', { ttlMs, minReplicas: 0.5 }],
]

const WAITS: readonly [what: string, options: object][] = [
  ['negative waiting', { waitMs: -1 }],
  ['waiting that is no number', { waitMs: Number.NaN }],
  ['waiting in words', { waitMs: '1000' }],
]

const FREEZES: readonly [what: string, forMs: number][] = [
  ['a freeze of no time', 0],
  ['a negative freeze', -1],
  ['a freeze that is no number', Number.NaN],
  ['a freeze of more than a day', DAY_MS + 1],
  ['a freeze without end', Number.POSITIVE_INFINITY],
]

const INVALID = { code: 'invalid', name: 'LockError', hint: expect.stringMatching(/\w/) }

export function checkBadInput(test: StagedTest): void {
  test('what can not be meant is refused with a hint before any server hears of it', async ({ stage }) => {
    const { subject, client } = stage
    const { ttlMs } = subject
    const locks = client('first')
    await locks.using(stage.name(), { ttlMs, waitMs: 5_000 }, async (hold) => void (await hold.allVotes))
    const before = await subject.probe.requests()
    const expectRefused = async (what: string, name: unknown, asked: object) => {
      const never = () => expect.unreachable(what)
      const tries: Promise<unknown>[] = [
        locks.acquire(name as string, asked as { ttlMs: number }),
        locks.using(name as string, asked as { ttlMs: number }, never),
      ]
      if (!('waitMs' in asked)) tries.push(locks.tryAcquire(name as string, asked as { ttlMs: number }))
      for (const tried of tries) await expect(tried, what).rejects.toMatchObject(INVALID)
    }
    for (const [what, name] of NAMES) await expectRefused(what, name, { ttlMs })
    for (const [what, asked] of options(subject)) await expectRefused(what, stage.name(), asked)
    for (const [what, asked] of WAITS) await expectRefused(what, stage.name(), { ttlMs, ...asked })
    expect(await subject.probe.requests()).toBe(before)
  })

  test('the same goes for what operators lay on a lock', async ({ stage }) => {
    const { subject, client } = stage
    const operator = client('operator')
    await operator.freeze(stage.name(), { forMs: 1, message: 'to be connected' })
    const before = await subject.probe.requests()
    for (const [what, forMs] of FREEZES) {
      const name = stage.name()
      await expect(operator.freeze(name, { forMs, message: 'm' }), what).rejects.toMatchObject(INVALID)
      await expect(operator.holdBack(name, { forMs }), what).rejects.toMatchObject(INVALID)
    }
    for (const [what, bad] of NAMES) {
      const name = bad as string
      const said = { message: 'm' }
      await expect(operator.freeze(name, { forMs: 1_000, ...said }), what).rejects.toMatchObject(INVALID)
      await expect(operator.unfreeze(name), what).rejects.toMatchObject(INVALID)
      await expect(operator.holdBack(name, { forMs: 1_000 }), what).rejects.toMatchObject(INVALID)
      await expect(operator.ask(name, said), what).rejects.toMatchObject(INVALID)
      await expect(operator.lapse(name, said), what).rejects.toMatchObject(INVALID)
    }
    expect(await subject.probe.requests()).toBe(before)
  })

  test('a quorum in which one node occurs twice is refused: its vote would count twice', ({ stage }) => {
    const nodes = stage.nodes()
    const [first] = nodes
    if (!first) throw new Error('a backend has a node')
    const twice = nodes.length > 1 ? [...nodes.slice(1), nodes[1] ?? first] : [first, first, first]
    const make = (of: typeof nodes) => () =>
      createLocks({
        backend: { id: 'twice', nodes: of, maxTtlMs: stage.subject.maxTtlMs },
        owner: { service: 's' },
      })
    expect(make(twice)).toThrow(expect.objectContaining(INVALID))
    expect(make([])).toThrow(expect.objectContaining(INVALID))
  })
}
