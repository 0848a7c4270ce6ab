import { expect, test } from 'vitest'
import { base64, keyEntry, seen } from '../testing/key-fixture.ts'

test('the leader of a Patroni cluster is told by the name of its member', () => {
  expect(seen(keyEntry('/service/orders-db/leader', 'pg-2'))).toMatchObject({
    dialect: 'patroni',
    nameBytes: base64('/service/orders-db/leader'),
    confidence: 'certain',
    kind: 'election',
    holders: [
      {
        label: 'pg-2',
        identity: { service: 'pg-2', host: 'pg-2', labels: { scope: 'orders-db', lease: 'c' } },
      },
    ],
    waiters: { known: false },
  })
})

test('another member as leader is another hold, also under the same key', () => {
  const of = (member: string) => seen(keyEntry('/service/a/leader', member))?.holders[0]?.tokenDigest
  expect(of('pg-1')).not.toBe(of('pg-2'))
})

test('other keys of Patroni are none, and other namespaces only where they are pinned', () => {
  expect(seen(keyEntry('/service/a/members/pg-1', '{"role":"replica"}'))).toBeNull()
  expect(seen(keyEntry('/service/a/config', '{}', { lease: '0' }))).toBeNull()
  expect(seen(keyEntry('/db/a/leader', 'pg-1'))).toMatchObject({
    dialect: 'leased-key',
    confidence: 'candidate',
  })
  expect(seen(keyEntry('/db/a/leader', 'pg-1'), { match: '/db/*/leader', dialect: 'patroni' })).toMatchObject(
    {
      dialect: 'patroni',
      confidence: 'certain',
    },
  )
})

test('what somebody wrote as a name is shown so that it misleads nobody, and cut between characters', () => {
  const label = (member: string) => seen(keyEntry('/service/a/leader', member))?.holders[0]?.label
  expect(label('pg\u202e1\n')).toBe('pg\\u202e1\\x0a')
  expect(label(`${'a'.repeat(99)}é${'b'.repeat(50)}`)).toBe('a'.repeat(99))
})
