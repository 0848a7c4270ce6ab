import { describe, expect, it } from 'vitest'
import type { Message } from '../../core/node.ts'
import { type MemoryWaiter, newHold } from './lock.ts'
import { memoryKey } from './observe.ts'
import { operateMemory } from './operate.ts'
import { memoryStore } from './store.ts'

const digest = (token: Uint8Array | string) => `digest of ${token}`
const owner = { service: 'a', host: 'h', pid: 1, process: 'p' }

describe('releasing what was seen in memory', () => {
  const store = memoryStore('memory://operate')
  const operator = operateMemory('m', 'memory://operate', digest)
  const hold = (name: string, token: string, leftMs = 60_000) =>
    store.use(name, (lock) => {
      lock.holds.push(newHold(store.now(), { token, owner, ttlMs: leftMs }))
    })
  const queue = (name: string, process: string, leftMs: number, ttlMs: number | null) =>
    store.use(name, (lock) => {
      const waiter: MemoryWaiter = {
        ...{ ticket: `ticket of ${process}`, owner: { ...owner, process }, since: 0 },
        ...{ until: store.now() + leftMs, ttlMs, permits: 1 },
      }
      lock.queue.push(waiter)
    })
  const hear = (process: string) => {
    const heard: Message[] = []
    store.listen('', process, (message) => heard.push(message))
    return heard
  }
  const tokens = (name: string) => store.locks.get(name)?.holds.map(({ token }) => token) ?? []

  it('frees exactly the hold that was seen, tells its holder, and hands it to the next who lives', async () => {
    hold('a', 't1')
    queue('a', 'dead', -1, 9_000)
    queue('a', 'live', 9_000, 9_000)
    const [loser, next] = [hear('p'), hear('live')]
    const other = await operator.release(memoryKey('a'), 'lockkeeper', digest('other'))
    expect(other.outcome).toBe('other-holder')
    expect(tokens('a')).toEqual(['t1'])
    const freed = await operator.release(memoryKey('a'), 'lockkeeper', digest('t1'))
    expect(freed.outcome).toBe('freed')
    expect(tokens('a')).toEqual(['ticket of live'])
    expect(loser).toEqual([{ kind: 'look', name: 'a' }])
    expect(next).toMatchObject([{ kind: 'handed', name: 'a', ticket: 'ticket of live' }])
  })

  it('only wakes who waits for votes', async () => {
    hold('votes', 't1')
    queue('votes', 'voting', 9_000, null)
    const next = hear('voting')
    await operator.release(memoryKey('votes'), 'lockkeeper', digest('t1'))
    expect(tokens('votes')).toEqual([])
    expect(next).toEqual([{ kind: 'wake', name: 'votes', ticket: 'ticket of voting' }])
  })

  it('takes a hold that ran out for gone, and a store that is down for out of reach', async () => {
    hold('b', 't1', -1)
    const gone = await operator.release(memoryKey('b'), 'lockkeeper', digest('t1'))
    expect(gone.outcome).toBe('already-gone')
    store.stop()
    const down = await operator.release(memoryKey('b'), 'lockkeeper', digest('t1'))
    expect(down.outcome).toBe('unreachable')
    store.start({ empty: false })
  })
})
