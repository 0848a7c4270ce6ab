import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newHold } from '../engines/memory/lock.ts'
import { memoryStore } from '../engines/memory/store.ts'
import { startWatching, until, type Watching } from './test-watching.ts'

const owner = { service: 'billing', host: 'web-1', pid: 1, process: 'p' }

describe('a watch on stores in memory', () => {
  const urls = ['1', '2', '3'].map((name) => `memory://watched-${name}`)
  const stores = urls.map(memoryStore)
  let watching: Watching

  beforeEach(async () => {
    for (const store of stores) store.start({ empty: true })
    watching = await startWatching({ id: 'pay', kind: 'redlock', nodes: urls })
    await until('all nodes', () => watching.watch.backends()[0]?.quorum.answering === 3)
  })
  afterEach(async () => {
    for (const store of stores) store.resume()
    await watching.close()
  })

  const take = (name: string, leftMs: number) => {
    for (const store of stores) {
      store.use(
        name,
        ({ holds }) => void holds.push(newHold(store.now(), { token: 't', owner, ttlMs: leftMs })),
      )
      store.changed(name)
    }
  }
  const votes = (name: string) =>
    watching
      .lock(name)
      ?.votes.map(({ vote }) => vote)
      .join()

  it('sees a lock come and run out', async () => {
    take('a', 300)
    await until('the lock', () => watching.lock('a')?.state === 'held')
    await until('its end', () => watching.lock('a')?.state === 'free')
    expect(watching.events.flatMap(({ lockName, kind }) => (lockName === 'a' ? kind : []))).toEqual([
      'granted',
      'expired',
    ])
  })

  it('knows a stopped store from a frozen one only by how fast it is silent', async () => {
    take('b', 60_000)
    await until('the lock', () => votes('b') === 'holder,holder,holder')
    stores[0]?.stop()
    await until('one silent', () => votes('b') === 'no-answer,holder,holder')
    stores[1]?.freeze()
    await until('two silent', () => votes('b') === 'no-answer,no-answer,holder')
    expect(watching.lock('b')).toMatchObject({ state: 'unknown', holders: [{ label: 'billing@web-1' }] })
    stores[1]?.resume()
    stores[0]?.start({ empty: true })
    await until('an empty one', () => votes('b') === 'empty,holder,holder')
    expect(watching.lock('b')?.state).toBe('held')
    await until('the restart', () => watching.events.some(({ kind }) => kind === 'node-restarted'))
  })
})
