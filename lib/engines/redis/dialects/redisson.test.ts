import { describe, expect, it } from 'vitest'
import { decode, hash, items, NOW, nameOf, string, zset } from './test-seen.ts'

const CLIENT = '1b2f3c4d-58cc-4372-a567-0e02b2c3d479'
const OTHER = '9c858901-8a57-4791-81fe-4c455b099bc9'
const one = `${CLIENT}:57`
const other = `${OTHER}:1`

describe('a lock of Redisson', () => {
  it('is a hash from its holder to how often it has it, whatever its name', () => {
    expect(decode(hash('orders', { [one]: '2' }, 29_000))).toMatchObject({
      ...{ dialect: 'redisson', confidence: 'certain', kind: 'mutex', waiters: { known: false } },
      holders: [
        {
          tokenDigest: `d${one}`,
          label: expect.stringMatching(/, thread 57$/),
          identity: { process: `d${CLIENT}`, labels: { thread: '57', reentrant: '2' } },
          remainingMs: 29_000,
        },
      ],
    })
  })

  it('is no other hash', () => {
    expect(decode(hash('orders', { [one]: '0' }))).toBeNull()
    expect(decode(hash('orders', { [one]: '1' }, -1))).toBeNull()
    expect(decode(hash('orders', { [one]: '1', [other]: '1' }))).toBeNull()
    expect(decode(hash('orders', { [one]: '1', name: 'x' }))).toBeNull()
    expect(decode(hash('orders', { mode: 'write' }))).toBeNull()
    expect(decode(hash('orders', { mode: 'dark', [one]: '1' }))).toBeNull()
  })

  it('tells who waits when it is fair, without those who gave up', () => {
    const gaveUp = `${OTHER}:2`
    const sighting = decode(hash('orders', { [one]: '1' }), [
      items('list', 'redisson_lock_queue:{orders}', [gaveUp, other]),
      zset('redisson_lock_timeout:{orders}', { [gaveUp]: NOW - 1, [other]: NOW + 1 }, -1),
    ])
    expect(sighting?.waiters).toMatchObject({
      ...{ known: true, count: 1, dead: 1, list: [{ tokenDigest: `d${other}` }] },
    })
  })

  it('has its fence beside it', () => {
    const token = string('redisson_lock_token:{orders}', '42', -1)
    expect(decode(hash('orders', { [one]: '1' }), [token])?.holders[0]?.fence).toBe('42')
  })

  it('has several readers, each with a time of its own, or one writer', () => {
    const times = [string(`{a}:${one}:rwlock_timeout:1`, '1', 3_000)]
    const readers = decode(hash('a', { mode: 'read', [one]: '1', [other]: '1' }), times)
    expect(readers).toMatchObject({
      ...{ dialect: 'redisson', confidence: 'certain', kind: 'read-write' },
      holders: [
        { tokenDigest: `d${one}`, remainingMs: 3_000, identity: { labels: { mode: 'read' } } },
        { tokenDigest: `d${other}`, remainingMs: 5_000 },
      ],
    })
    const writer = decode(hash('a', { mode: 'write', [`${one}:write`]: '1' }))
    expect(writer?.holders).toMatchObject([{ identity: { labels: { mode: 'write', thread: '57' } } }])
  })
})

describe('a semaphore of Redisson whose permits expire', () => {
  const permit = (byte: number) => String.fromCharCode(byte).repeat(16)

  it('counts what was given and what is left', () => {
    const given = { [permit(1)]: NOW + 4_000, [permit(0xe9)]: 922_337_203_685_477, [permit(3)]: NOW - 1 }
    const sighting = decode(string('slots', '2', -1), [zset('{slots}:timeout', given, -1)])
    expect(sighting).toMatchObject({
      ...{ dialect: 'redisson-permits', confidence: 'certain', kind: 'semaphore', permits: 5 },
      holders: [{ remainingMs: 4_000 }, { remainingMs: null, remainingIs: 'none' }],
    })
    expect(nameOf(sighting)).toBe('slots')
  })

  it('is nothing while nobody has a permit', () => {
    expect(decode(string('slots', '2', -1))).toBeNull()
    expect(decode(string('slots', '2', -1), [zset('{slots}:timeout', { alice: NOW + 1 }, -1)])).toBeNull()
  })
})
