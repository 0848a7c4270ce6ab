import { describe, expect, it } from 'vitest'
import { memoryKey } from './observe.ts'
import { operateMemory } from './operate.ts'
import { memoryStore } from './store.ts'

const digest = (token: Uint8Array | string) => `digest of ${token}`
const owner = { service: 'a', host: 'h', pid: 1, process: 'p' }

describe('releasing what was seen in memory', () => {
  const store = memoryStore('memory://operate')
  const operator = operateMemory('m', 'memory://operate', digest)
  const hold = (name: string, token: string, leftMs = 60_000) =>
    store.locks.set(name, {
      ...{ token, owner, fence: null, since: store.now(), ttlMs: 60_000 },
      expiresAt: store.now() + leftMs,
    })

  it('frees exactly the hold that was seen and wakes who waits', async () => {
    hold('a', 't1')
    store.queues.set('a', [
      { ticket: 'dead', owner: { ...owner, process: 'p-dead' }, since: 0, until: store.now() - 1 },
      { ticket: 'live', owner: { ...owner, process: 'p-live' }, since: 0, until: store.now() + 9_000 },
    ])
    const woken: string[] = []
    store.onWake('p-live', (name) => woken.push(name))
    expect(await operator.release(memoryKey('a'), 'lockkeeper', digest('other'))).toMatchObject({
      outcome: 'other-holder',
    })
    expect(store.locks.has('a')).toBe(true)
    expect(await operator.release(memoryKey('a'), 'lockkeeper', digest('t1'))).toMatchObject({
      outcome: 'freed',
    })
    expect(store.locks.has('a')).toBe(false)
    expect(woken).toEqual(['a'])
  })

  it('takes a hold that ran out for gone, and a store that is down for out of reach', async () => {
    hold('b', 't1', -1)
    expect(await operator.release(memoryKey('b'), 'lockkeeper', digest('t1'))).toMatchObject({
      outcome: 'already-gone',
    })
    store.stop()
    expect(await operator.release(memoryKey('b'), 'lockkeeper', digest('t1'))).toMatchObject({
      outcome: 'unreachable',
    })
    store.start({ empty: false })
  })
})
