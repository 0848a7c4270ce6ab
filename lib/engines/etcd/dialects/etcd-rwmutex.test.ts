import { describe, expect, it } from 'vitest'
import { NOT_ASKED, queueOf, readQueue, sightingOf } from '../queue.ts'
import { base64, keyEntry, testDigest } from '../testing/key-fixture.ts'
import type { Entry } from './entry.ts'

const telling = { digest: testDigest, readAt: 1, left: () => NOT_ASKED, others: () => 0 }
const place = (mode: string, nth: number, over: Partial<Entry> = {}) =>
  keyEntry(`docs/a/${mode}/179522621963700000${nth}`, '', {
    lease: String(nth + 10),
    createRevision: String(nth + 5),
    ...over,
  })
const told = (...entries: Entry[]) => {
  const queue = readQueue(Buffer.from('docs/a/'), entries)
  return queue && sightingOf(queue, telling)
}
const labels = (list: readonly { label: string }[] | undefined) => list?.map(({ label }) => label)
const waiting = (sighting: ReturnType<typeof told>) =>
  sighting?.waiters.known ? labels(sighting.waiters.list) : null

describe('readers and writers of the Go client', () => {
  it('stand in one queue, which is the prefix that they share', () => {
    expect(queueOf(place('read', 1).key)?.toString()).toBe('docs/a/')
    expect(queueOf(place('write', 1).key)?.toString()).toBe('docs/a/')
    for (const key of ['docs/a/reads/1795226219637000001', 'docs/a/read/179522621963700000', 'x/17952'])
      expect(queueOf(Buffer.from(key))?.toString()).toBe(key.slice(0, key.lastIndexOf('/') + 1))
    expect(queueOf(Buffer.from('/read/1795226219637000001'))?.toString()).toBe('/read/')
  })

  it('read together, until somebody asks to write', () => {
    const sighting = told(place('read', 4), place('write', 3), place('read', 2), place('read', 1))
    expect(sighting).toMatchObject({
      ...{ dialect: 'etcd-rwmutex', confidence: 'certain', kind: 'read-write', permits: null },
      nameBytes: base64('docs/a'),
      holders: [
        { label: 'lease b', identity: { labels: { mode: 'read', lease: 'b' } }, fence: '6' },
        { label: 'lease c' },
      ],
    })
    expect(waiting(sighting)).toEqual(['lease d', 'lease e'])
  })

  it('write alone', () => {
    const sighting = told(place('write', 1), place('write', 2), place('read', 3))
    expect(sighting?.holders).toMatchObject([{ label: 'lease b', identity: { labels: { mode: 'write' } } }])
    expect(waiting(sighting)).toEqual(['lease c', 'lease d'])
    expect(labels(told(place('read', 1), place('read', 2))?.holders)).toEqual(['lease b', 'lease c'])
  })

  it('are nobody else', () => {
    expect(told(place('read', 1, { lease: '0' }))).toBeNull()
    expect(told(place('read', 1, { value: Buffer.from('x') }))).toBeNull()
    expect(told(keyEntry('docs/a/read/9995226219637000001'))).toBeNull()
    expect(told(keyEntry('docs/a/erase/1795226219637000001'))).toBeNull()
  })
})
