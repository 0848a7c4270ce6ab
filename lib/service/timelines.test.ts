import { expect, it } from 'vitest'
import { sampleLock } from '../admin/sample-lock.ts'
import { encodeLockId } from '../fleet/lock-id.ts'
import { sampleTable } from './sample-table.ts'
import { mostContended, named } from './timelines.ts'

const lock = (name: string, count: number) =>
  sampleLock({ id: name, name, waiters: { known: true, count, list: [] } })

it('takes the most contended of all that match: first by who waits, then by hand-overs, then by name', async () => {
  const names = Array.from({ length: 40 }, (_, n) => lock(`idle-${n}`, 0))
  const table = sampleTable([
    ...names,
    lock('busy', 1),
    lock('busier', 9),
    lock('turning', 0),
    lock('other', 99),
  ])
  const recent = {
    grants: (id: string) => ({ turning: 12, busy: 3, other: 40 })[id] ?? 0,
    mostGranted: async () => ['other', 'turning', 'busy', 'gone'],
  }
  const query = { q: '-other', limit: 4, now: 0 }
  const { items, total } = await mostContended(table, query, recent)
  expect(items.map(({ name }) => name)).toEqual(['busier', 'busy', 'turning', 'idle-0'])
  expect(total).toBe(43)
})

it('takes those that were named in their order, also such as are gone', () => {
  const gone = encodeLockId({
    backend: 'b',
    database: 0,
    key: Buffer.from('gone\u0000').toString('base64url'),
  })
  const { items } = named(sampleTable([lock('here', 0)]), [gone, 'here', 'no-id', 'here'])
  expect(items).toEqual([
    { id: gone, backend: 'b', name: 'gone\\x00' },
    { id: 'here', backend: 'b', name: 'here' },
  ])
})
