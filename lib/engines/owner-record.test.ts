import { expect, test } from 'vitest'
import { LONGEST_RECORD, readOwnerRecord } from './owner-record.ts'

const read = (record: unknown) => readOwnerRecord(Buffer.from(JSON.stringify(record)))
const owner = { service: 'billing', host: 'b-1', pid: 7, process: 'p' }

test('says who wrote it, since when and with which fence', () => {
  expect(read({ fence: '12', since: 1_000, ttl: 500, owner })).toMatchObject({
    label: 'billing@b-1',
    fence: '12',
    since: 1_000,
    ttlMs: 500,
    identity: { service: 'billing', pid: 7, version: null, labels: {} },
  })
})

test('times that no calendar has are not known, and the rest still counts', () => {
  for (const time of [1e300, 9e15, -1, '5', null]) {
    const record = read({ since: time, until: time, ttl: time, owner })
    expect(record).toMatchObject({ since: null, until: null, ttlMs: null, label: 'billing@b-1' })
  }
})

test('what is not a record of ours is none, however deep or long it is', () => {
  expect(readOwnerRecord(Buffer.from('['.repeat(LONGEST_RECORD)))).toBeNull()
  expect(read({ owner, more: 'x'.repeat(LONGEST_RECORD) })).toBeNull()
  expect(readOwnerRecord(Buffer.from([0xff, 0x00]))).toBeNull()
})

test('a name that objects inherit from is no way in', () => {
  const hostile = '{"__proto__":{"owner":{"service":"x"}},"owner":{"service":"s","labels":{"__proto__":"x"}}}'
  expect(readOwnerRecord(Buffer.from(hostile))).toMatchObject({ label: 's', identity: { labels: {} } })
  expect(Object.hasOwn(Object.prototype, 'owner')).toBe(false)
})

test('what turns text around or is not seen is written out', () => {
  const misleading = { ...owner, service: 'safe\u202egnp.exe\u200b', labels: { 'a\u2066': 'b\u0007' } }
  const record = read({ owner: misleading })
  expect(record?.label).toBe('safe\\u202egnp.exe\\u200b@b-1')
  expect(record?.identity?.labels).toEqual({ 'a\\u2066': 'b\\x07' })
})
