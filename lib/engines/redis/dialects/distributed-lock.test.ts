import { describe, expect, it } from 'vitest'
import { decode, items, NOW, nameOf, none, string, zset } from './test-seen.ts'

const id = (digit: string, host = 'web_3') => `${host}_812_${digit.repeat(32)}`
const who = { host: 'web_3', pid: 812 }

describe('a lock of the DistributedLock of .NET', () => {
  it('names machine and process', () => {
    expect(decode(string('orders', id('a'), 30_000))).toMatchObject({
      ...{ dialect: 'distributed-lock', confidence: 'likely', kind: 'mutex' },
      holders: [{ tokenDigest: `d${id('a')}`, label: 'web_3, pid 812', identity: who, remainingMs: 30_000 }],
    })
    expect(decode(string('orders', id('a'), 86_400_000))?.confidence).toBe('candidate')
    expect(decode(string('orders', id('g'), 30_000))).toBeNull()
    expect(decode(string('orders', id('a'), -1))).toBeNull()
  })

  it('is a semaphore of members with an end each', () => {
    const members = { [id('a')]: NOW + 2_000, [id('b')]: NOW - 1, [id('c')]: NOW + 9_000.4 }
    expect(decode(zset('slots', members, 9_000))).toMatchObject({
      ...{ confidence: 'certain', kind: 'semaphore', permits: null },
      holders: [{ remainingMs: 2_000 }, { remainingMs: 9_000, identity: who }],
    })
    expect(decode(zset('slots', { [id('b')]: NOW - 1 }, 9_000))).toBeNull()
    expect(decode(zset('slots', { ...members, alice: 1 }, 9_000))).toBeNull()
  })
})

describe('its lock for readers and writers', () => {
  it('has many readers, and tells of the writer who waits', () => {
    const readers = items('set', 'a.readers', [id('a'), id('b')], 30_000)
    const sighting = decode(readers, [string('a.writer', `${id('c')}_WRITERWAITING`)])
    expect(sighting).toMatchObject({
      ...{ dialect: 'distributed-lock-rw', confidence: 'certain', kind: 'read-write' },
      holders: [{ tokenDigest: `d${id('a')}` }, { identity: { labels: { mode: 'read' }, ...who } }],
      waiters: { known: true, count: 1, list: [{ tokenDigest: `d${id('c')}` }] },
    })
    expect(nameOf(sighting)).toBe('a')
    expect(decode(readers)?.waiters).toEqual({ known: false })
  })

  it('has one writer, while there are no readers at all', () => {
    expect(decode(none('a.readers'), [string('a.writer', id('c'), 7_000)])).toMatchObject({
      kind: 'read-write',
      holders: [{ tokenDigest: `d${id('c')}`, remainingMs: 7_000, identity: { labels: { mode: 'write' } } }],
    })
    expect(decode(none('a.readers'))).toBeNull()
    expect(decode(items('set', 'book.readers', ['alice', 'bob']))).toBeNull()
  })
})
