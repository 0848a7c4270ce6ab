import { expect, test } from 'vitest'
import { base64, keyEntry, seen } from '../testing/key-fixture.ts'

/** What redis-py made with the same function of Python at 2026-11-21T01:57:13.128Z. */
const UUID1 = Buffer.from('dead0ceae54e11f1bd6502fc00000001', 'hex')

test('a lock of python-etcd3 tells when it was asked for, and from which machine', () => {
  expect(seen(keyEntry('/locks/invoice', UUID1))).toMatchObject({
    dialect: 'python-etcd3',
    nameBytes: base64('invoice'),
    confidence: 'certain',
    kind: 'mutex',
    holders: [
      {
        label: '02:fc:00:00:00:01',
        identity: {
          host: '02:fc:00:00:00:01',
          labels: { asked: '2026-11-21T01:57:13.128Z', lease: 'c' },
          process: 'lease c',
        },
        fence: '7',
        since: null,
      },
    ],
    waiters: { known: false },
  })
})

test('the same bytes elsewhere are likely one, and other bytes are none', () => {
  expect(seen(keyEntry('/other/invoice', UUID1))).toMatchObject({
    nameBytes: base64('/other/invoice'),
    confidence: 'likely',
  })
  const old = Buffer.from(UUID1)
  old.writeUInt16BE(0x11e0, 6)
  for (const value of [UUID1.subarray(1), old, Buffer.alloc(16), Buffer.from('0123456789abcdef')])
    expect(seen(keyEntry('/jobs/invoice', value))).toBeNull()
  expect(seen(keyEntry('/locks/invoice', UUID1, { lease: '0' }))).toBeNull()
})

test('what proves the hold is not shown', () => {
  expect(JSON.stringify({ ...seen(keyEntry('/locks/a', UUID1)), holders: [] })).not.toContain('dead0c')
  const [holder] = seen(keyEntry('/locks/a', UUID1))?.holders ?? []
  expect(JSON.stringify({ ...holder, tokenDigest: '' })).not.toContain(UUID1.toString('hex'))
})
