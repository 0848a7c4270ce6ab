import { describe, expect, it } from 'vitest'
import type { Entry } from './dialects/entry.ts'
import { gatePrefix, queuePrefix } from './layout.ts'
import { NOT_ASKED, queueOf, readQueue, sightingOf, type Telling } from './queue.ts'
import { endOf, watchedPrefixes } from './ranges.ts'
import { gateOfQueue, queueOfGate } from './seen-gate.ts'

const digest = (token: Uint8Array | string) => `d${Buffer.from(token).toString('latin1')}`
const entry = (key: string, createRevision: string, lease: string, value = ''): Entry => ({
  ...{ key: Buffer.from(key), value: Buffer.from(value) },
  ...{ createRevision, modRevision: createRevision, lease, isRead: true },
})
const telling: Telling = { digest, readAt: 1, left: () => NOT_ASKED, others: () => 0 }
const read = (prefix: string, ...entries: Entry[]) => {
  const queue = readQueue(Buffer.from(prefix), entries)
  return queue && sightingOf(queue, telling)
}

describe('queues in etcd', () => {
  it('are known by a last part that is the lease in hex, and ordered by create revision', () => {
    // As `etcdctl lock` wrote them.
    const sighting = read(
      'mylock/',
      entry('mylock/5df4a1fbd229e80c', '10', String(0x5df4a1fbd229e80cn)),
      entry('mylock/5df4a1fbd229e806', '2', '6770214242779523078'),
      entry('mylock/5df4a1fbd229e809', '9', String(0x5df4a1fbd229e809n)),
    )
    expect(sighting).toMatchObject({
      nameBytes: Buffer.from('mylock').toString('base64'),
      dialect: 'etcd-queue',
      confidence: 'certain',
      holders: [{ label: 'lease 5df4a1fbd229e806', fence: '2', remainingIs: 'unknown' }],
      waiters: {
        count: 2,
        list: [{ label: 'lease 5df4a1fbd229e809' }, { label: 'lease 5df4a1fbd229e80c' }],
      },
    })
  })

  it('know their holder by the session, so that all that one session holds and waits for belongs together', () => {
    const label = 'lease c'
    expect(read('a/', entry('a/c', '2', '12'))?.holders[0]).toMatchObject({
      label,
      identity: { service: label, labels: { lease: 'c' }, process: label },
    })
  })

  it('are elections where candidates propose something, which is their name', () => {
    const [first, second] = [entry('e/c', '2', '12', 'web-1'), entry('e/d', '3', '13', 'web-2')]
    expect(read('e/', second, first)).toMatchObject({
      kind: 'election',
      holders: [{ label: 'web-1', identity: { service: 'web-1', process: 'lease c' } }],
      waiters: { count: 1, list: [{ label: 'web-2' }] },
    })
  })

  it('of the npm package are known by the lease in decimal, and never mixed with others', () => {
    const lease = '6770214242779523106'
    const sighting = read(
      'election/sing/',
      entry(`election/sing/${lease}`, '2', lease, 'node-a'),
      entry('election/sing/c', '3', '12', 'stranger'),
    )
    expect(sighting).toMatchObject({
      dialect: 'etcd3-election',
      kind: 'election',
      nameBytes: Buffer.from('election/sing').toString('base64'),
      holders: [{ label: 'node-a', fence: '2' }],
      waiters: { count: 0 },
    })
  })

  it('tell of the whole queue how many wait, and by name of the first of them', () => {
    const many = Array.from({ length: 1_000 }, (_, at) =>
      entry(`a/${(at + 1).toString(16)}`, String(at + 2), String(at + 1)),
    )
    const { waiters } = read('a/', ...many) ?? {}
    expect(waiters).toMatchObject({ known: true, count: 999 })
    expect(waiters?.known && waiters.list.length).toBe(200)
    expect(waiters?.known && waiters.list[0]?.label).toBe('lease 2')
  })

  it('are nothing where the name is pinned to none, or to another dialect', () => {
    const queue = (pin: string) =>
      readQueue(Buffer.from('a/b/'), [entry('a/b/c', '2', '12')], [], (name) =>
        name.toString() === 'a/b' ? pin : null,
      )
    expect(queue('none')).toBeNull()
    expect(queue('etcd3-election')).toBeNull()
    expect(queue('etcd-queue')).not.toBeNull()
  })

  it('are not seen in keys whose last part is anything else', () => {
    expect(
      read('a/', entry('a/13', '2', '12'), entry('a/abc', '3', '0'), entry('a/0c', '4', '12')),
    ).toBeNull()
  })

  it('tell one hold of a session from its next by the create revision', () => {
    const first = read('a/', entry('a/c', '2', '12'))?.holders[0]?.tokenDigest
    const second = read('a/', entry('a/c', '8', '12'))?.holders[0]?.tokenDigest
    expect(first).not.toBe(second)
  })

  it('of ours carry the owner, and the name as its user wrote it', () => {
    const prefix = queuePrefix('a/b%2F')
    const token = 'f'.repeat(32)
    const record = JSON.stringify({ since: 5, ttl: 9_000, owner: { service: 's', host: 'h' } })
    const sighting = read(
      prefix,
      entry(`${prefix}${token}`, '7', '12', record),
      entry(`${prefix}short`, '1', '1'),
    )
    expect(sighting).toMatchObject({
      nameBytes: Buffer.from('a/b%2F').toString('base64'),
      dialect: 'lockkeeper',
      holders: [{ tokenDigest: `d${token}`, label: 's@h', fence: '7', ttlMs: 9_000, since: null }],
    })
  })

  it('of a semaphore of ours have as many holders as permits', () => {
    const prefix = queuePrefix('pool')
    const entries = ['a', 'b', 'c'].map((digit, at) =>
      entry(`${prefix}p2.${digit.repeat(32)}`, String(9 - at), '12'),
    )
    expect(read(prefix, ...entries)).toMatchObject({
      kind: 'semaphore',
      holders: [
        { tokenDigest: `d${'c'.repeat(32)}`, fence: null },
        { tokenDigest: `d${'b'.repeat(32)}`, fence: null },
      ],
      waiters: { count: 1, list: [{ tokenDigest: `d${'a'.repeat(32)}` }] },
    })
  })

  it('of ours have no holder who came when the gate was closed, and are there for as long as it is', () => {
    const prefix = queuePrefix('a/b')
    const record = JSON.stringify({ until: 9, by: 'eve', message: 'migration', holds: '7' })
    const gate = entry(`${gatePrefix('a/b')}freeze`, '8', '3', record)
    const entries = ['a', 'b'].map((digit, at) =>
      entry(`${prefix}${digit.repeat(32)}`, String(7 + 2 * at), '12'),
    )
    const see = (...left: Entry[]) => {
      const queue = readQueue(Buffer.from(prefix), left, [gate])
      return queue && sightingOf(queue, telling)
    }
    const closed = { gate: { freeze: { until: 9, by: 'eve', message: 'migration' }, holdBack: null } }
    expect(see(...entries)).toMatchObject({ ...closed, holders: [{ fence: '7' }], waiters: { count: 1 } })
    expect(see(...entries.slice(1))).toMatchObject({ ...closed, holders: [], waiters: { count: 1 } })
    expect(see()).toMatchObject({ ...closed, holders: [], waiters: { count: 0 } })
    expect(queueOfGate(gate.key)?.toString()).toBe(prefix)
    expect(gateOfQueue(Buffer.from(prefix))?.toString()).toBe(gatePrefix('a/b'))
    expect(queueOfGate(Buffer.from(prefix))).toBeNull()
  })

  it('stand under everything up to the last slash', () => {
    expect(queueOf(Buffer.from('/locks/a/b'))?.toString()).toBe('/locks/a/')
    expect(queueOf(Buffer.from('none'))).toBeNull()
  })
})

describe('ranges', () => {
  it('end behind the last key with the prefix', () => {
    expect(endOf(Buffer.from('a/')).toString()).toBe('a0')
    expect(endOf(Buffer.from([0x61, 0xff]))).toEqual(Buffer.from([0x62]))
    expect(endOf(Buffer.from([0xff]))).toEqual(Buffer.from([0]))
  })

  it('do not overlap, and our own is always among them', () => {
    expect(watchedPrefixes(['/locks/', '/locks/a/', '/locks/']).map(String)).toEqual([
      '/locks/',
      'lockkeeper/',
      'lockkeeper-gate/',
    ])
    expect(watchedPrefixes(['lock']).map(String)).toEqual(['lock'])
  })
})
