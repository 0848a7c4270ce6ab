import { describe, expect, it } from 'vitest'
import { decode, NOW, nameOf, string, zset } from './test-seen.ts'

const one = `${'a1B+'.repeat(10)}xyz=`
const other = `${'/9Zq'.repeat(10)}xyz=`

describe('a lock of Symfony', () => {
  it('has one member that says that nobody else may have it', () => {
    const sighting = decode(zset('invoice', { [one]: NOW + 9_000, __write__: NOW + 9_000 }, 9_000))
    expect(sighting).toMatchObject({
      ...{ dialect: 'symfony', confidence: 'certain', kind: 'mutex' },
      holders: [{ tokenDigest: `d${one}`, remainingMs: 9_000, identity: { labels: { mode: 'write' } } }],
    })
    expect(nameOf(sighting)).toBe('invoice')
  })

  it('has several readers without it, each until its own score', () => {
    expect(decode(zset('a', { [one]: NOW + 9_000, [other]: NOW + 4_000 }, 9_000))).toMatchObject({
      ...{ dialect: 'symfony', kind: 'read-write' },
      holders: [{ remainingMs: 9_000 }, { remainingMs: 4_000, identity: { labels: { mode: 'read' } } }],
    })
    expect(decode(zset('a', { [one]: NOW + 9_000, [other]: NOW - 1 }, 9_000))?.holders).toHaveLength(1)
  })

  it('was a string before', () => {
    expect(decode(string('invoice.lock', one))).toMatchObject({ dialect: 'symfony', confidence: 'likely' })
  })

  it('is no sorted set of something else', () => {
    expect(decode(zset('a', { [one]: NOW + 99_000 }, 9_000))).toBeNull()
    expect(decode(zset('a', { [one]: NOW + 9_000, alice: NOW + 9_000 }, 9_000))).toBeNull()
    expect(decode(zset('a', { __write__: NOW + 9_000 }, 9_000))).toBeNull()
    expect(decode(zset('a', { [one]: NOW + 9_000 }, -1))).toBeNull()
  })
})
