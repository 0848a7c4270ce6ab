import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Observer } from '../engines/roles.ts'
import type { KeyId, Sighting } from '../fleet/sighting.ts'
import { seenHolder, sighting } from '../fleet/test-locks.ts'
import { VoterWatch } from './voter-watch.ts'
import { SharedWords } from './words.ts'

const seen = (key: KeyId, token = 'A'): Sighting => ({
  ...sighting(seenHolder(token)),
  key,
  readAt: Date.now(),
})

/** A store whose every answer the test decides. */
class FakeStore implements Observer {
  readonly voter = 'n1'
  readonly held = new Map<KeyId, string>()
  readonly rereads: KeyId[][] = []
  sweeps = 0
  pushes: { change: (keys: KeyId[]) => void; lost: (why: string) => void } | null = null
  mayPush = true
  failsAfterPages: number | null = null
  isDown = false
  /** What a scan overlooks. */
  readonly overlooked = new Set<KeyId>()
  stopped = 0
  answerAfterMs = 0
  afterPage: () => Promise<void> | void = () => {}

  async *sweep() {
    this.sweeps += 1
    let pages = 0
    for (const [key, token] of [...this.held]) {
      if (this.isDown || pages === this.failsAfterPages) throw new Error('cut')
      if (this.overlooked.has(key)) continue
      const page = [seen(key, token)]
      await this.afterPage()
      yield page
      pages += 1
    }
    if (this.isDown) throw new Error('cut')
  }

  async reread(keys: readonly KeyId[]) {
    this.rereads.push([...keys])
    if (this.isDown) throw new Error('cut')
    const held = new Map(this.held)
    if (this.answerAfterMs > 0) await new Promise((resolve) => setTimeout(resolve, this.answerAfterMs))
    return new Map(
      keys.map((key): [KeyId, Sighting | null] => {
        const token = held.get(key)
        return [key, token ? seen(key, token) : null]
      }),
    )
  }

  async watch(change: (keys: KeyId[]) => void, lost: (why: string) => void) {
    if (!this.mayPush || this.isDown) throw new Error('not allowed')
    this.pushes = { change, lost }
    return async () => {
      this.stopped += 1
    }
  }
}

describe('a watch on one voter', () => {
  let store: FakeStore
  let voter: VoterWatch
  let words: SharedWords
  let read: KeyId[]
  let turns: number

  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 })
    store = new FakeStore()
    read = []
    turns = 0
  })
  afterEach(async () => {
    const closing = voter.close()
    await vi.advanceTimersByTimeAsync(1_000)
    await closing
    vi.useRealTimers()
  })

  const begin = async () => {
    words = new SharedWords(1)
    const listener = {
      onRead: (keys: readonly KeyId[]) => void read.push(...keys),
      onEmptied: () => {},
      onTurn: () => {
        turns += 1
      },
    }
    voter = new VoterWatch(store, listener, words.of(0))
    await vi.advanceTimersByTimeAsync(1)
  }
  const says = (key: KeyId) => {
    const word = voter.says(key)
    return word.says === 'sighting' ? word.sighting.holders[0]?.tokenDigest : word.says
  }

  it('says nothing of anything before it has read everything once', async () => {
    store.held.set('a', 'A')
    store.isDown = true
    await begin()
    expect(voter.says('a')).toEqual({ node: 'n1', says: 'no-answer', since: null, readAt: null })
    expect(voter.isSettled).toBe(true)
    store.isDown = false
    await vi.advanceTimersByTimeAsync(1_100)
    expect(says('a')).toBe('A')
    expect(says('b')).toBe('empty')
    expect(turns).toBe(2)
  })

  it('waits for more where very much is pushed one by one, and no longer when it is calm again', async () => {
    await begin()
    const names = Array.from({ length: 400 }, (_, at) => `k${at}`)
    for (const [at, name] of names.entries()) {
      store.held.set(name, name)
      store.pushes?.change([name])
      await vi.advanceTimersByTimeAsync(at % 4 === 3 ? 1 : 0)
    }
    await vi.advanceTimersByTimeAsync(10)
    expect(names.map(says)).toEqual(names)
    // Those of the last half, when it was known how often they come.
    const late = store.rereads.filter((keys) => keys.some((key) => names.indexOf(key) >= 200))
    expect(late.length).toBeLessThan(80)
    await vi.advanceTimersByTimeAsync(1_000)
    store.rereads.length = 0
    store.pushes?.change(['calm'])
    await vi.advanceTimersByTimeAsync(0)
    expect(store.rereads).toEqual([['calm']])
  })

  it('reads what is pushed at once, and together what is pushed while an answer is on its way', async () => {
    await begin()
    expect(voter.isPushed).toBe(true)
    store.answerAfterMs = 20
    store.held.set('a', 'A').set('b', 'B').set('c', 'C')
    store.pushes?.change(['a'])
    store.pushes?.change(['b'])
    await vi.advanceTimersByTimeAsync(5)
    expect(store.rereads).toEqual([['a', 'b']])
    store.pushes?.change(['c'])
    await vi.advanceTimersByTimeAsync(5)
    store.held.set('a', 'X')
    store.pushes?.change(['d'])
    store.pushes?.change(['a', 'd'])
    await vi.advanceTimersByTimeAsync(100)
    expect(store.rereads).toEqual([
      ['a', 'b'],
      ['c', 'd', 'a'],
    ])
    expect(['a', 'b', 'c', 'd'].map(says)).toEqual(['X', 'B', 'C', 'empty'])
    expect(read).toEqual(['a', 'b', 'c', 'd', 'a'])
  })

  it('does not let an older page undo a newer reading', async () => {
    store.held.set('a', 'A')
    await begin()
    store.afterPage = async () => {
      store.afterPage = () => {}
      // While the page is on its way the lock changes hands, and the push is faster.
      store.held.set('a', 'B')
      await voter.readNow(['a'])
    }
    await vi.advanceTimersByTimeAsync(10_200)
    expect(store.sweeps).toBe(2)
    expect(says('a')).toBe('B')
  })

  it('does not let a slow answer undo a faster one that was asked for later', async () => {
    await begin()
    store.answerAfterMs = 500
    const slow = voter.readNow(['a'])
    await vi.advanceTimersByTimeAsync(10)
    store.answerAfterMs = 0
    store.held.set('a', 'A')
    store.pushes?.change(['a'])
    await vi.advanceTimersByTimeAsync(1_000)
    await slow
    expect(says('a')).toBe('A')
  })

  it('goes on reading when the clock of this machine is put back', async () => {
    store.held.set('a', 'A')
    await begin()
    vi.setSystemTime(Date.now() - 3_600_000)
    store.held.set('a', 'B')
    store.pushes?.change(['a'])
    await vi.advanceTimersByTimeAsync(100)
    expect(says('a')).toBe('B')
  })

  it('begins pushes anew after silence: their connection may have died without a word', async () => {
    await begin()
    store.isDown = true
    await voter.readNow(['a'])
    store.isDown = false
    await vi.advanceTimersByTimeAsync(1_500)
    expect(voter.isPushed).toBe(true)
    expect(store.stopped).toBe(1)
  })

  it('does not lose a lock because a sweep failed halfway', async () => {
    store.held.set('a', 'A').set('b', 'B')
    await begin()
    store.failsAfterPages = 1
    await vi.advanceTimersByTimeAsync(10_200)
    expect([says('a'), says('b')]).toEqual(['no-answer', 'no-answer'])
    store.failsAfterPages = null
    await vi.advanceTimersByTimeAsync(1_100)
    expect([says('a'), says('b')]).toEqual(['A', 'B'])
  })

  it('asks by name for what a sweep did not find, before it believes that it is gone', async () => {
    store.held.set('a', 'A').set('b', 'B')
    await begin()
    store.overlooked.add('a')
    store.held.delete('b')
    await vi.advanceTimersByTimeAsync(10_200)
    expect([says('a'), says('b')]).toEqual(['A', 'empty'])
  })

  it('sweeps more often where nothing is pushed, and tries again for pushes', async () => {
    store.mayPush = false
    await begin()
    expect(voter.isPushed).toBe(false)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(store.sweeps).toBeGreaterThanOrEqual(5)
    store.mayPush = true
    await vi.advanceTimersByTimeAsync(31_000)
    expect(voter.isPushed).toBe(true)
  })

  it('reads everything again when pushes were lost', async () => {
    await begin()
    store.held.set('a', 'A')
    store.pushes?.lost('cut')
    await vi.advanceTimersByTimeAsync(200)
    expect(says('a')).toBe('A')
    expect(voter.isPushed).toBe(true)
  })

  it('is silent since the reading that failed, and is believed again after a whole sweep', async () => {
    store.held.set('a', 'A')
    await begin()
    store.isDown = true
    await vi.advanceTimersByTimeAsync(500)
    const since = Date.now()
    await voter.readNow(['a'])
    expect(voter.says('a')).toMatchObject({ says: 'no-answer', since })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(voter.says('a')).toMatchObject({ says: 'no-answer', since })
    expect(store.sweeps).toBeLessThan(20)
    store.isDown = false
    await vi.advanceTimersByTimeAsync(5_100)
    expect(says('a')).toBe('A')
  })

  it('keeps no trace of keys that turned out to be nothing', async () => {
    await begin()
    store.pushes?.change(['x', 'y'])
    await vi.advanceTimersByTimeAsync(10_200)
    expect([...words.keys()]).toEqual([])
  })
})
