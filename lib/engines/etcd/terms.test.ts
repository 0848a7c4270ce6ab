import type { ITxnRequest, ITxnResponse } from 'etcd3'
import { expect, test, vi } from 'vitest'
import { attempt } from './attempt.ts'
import type { Cluster } from './connect.ts'
import type { Kept } from './keep-alives.ts'
import type { Means } from './means.ts'
import { renew } from './renew.ts'
import { ask, held } from './testing/stage.ts'
import { Turns } from './turns.ts'

const TOKEN = `${'0'.repeat(31)}1`

/** A cluster that is in a term; keep-alives are acknowledged in terms of their own. */
function means(term: number, kept: (Kept | null)[]): Means & { kept: ReturnType<typeof vi.fn> } {
  const keepAlive = vi.fn(async () => kept.shift() ?? null)
  const own = (key: Buffer) => ({ key, create_revision: '7', lease: 'L', value: Buffer.from('{}') })
  const answer = ({ success = [] }: ITxnRequest): ITxnResponse =>
    ({
      header: { raft_term: String(term), revision: '7' },
      succeeded: true,
      responses: success.flatMap(({ request_range: range }) => {
        const isEntry = range?.key?.toString().startsWith('lockkeeper/')
        const key = range?.range_end ? Buffer.from(`${range.key}${TOKEN}`) : range?.key
        return range && key ? [{ response_range: { kvs: isEntry ? [own(key)] : [], count: '1' } }] : []
      }),
    }) as unknown as ITxnResponse
  const call: Cluster['ask'] = (send, withinMs) =>
    send(
      { kv: { txn: async (request: ITxnRequest) => answer(request) } } as never,
      { deadline: 0 },
      { member: null as never, withinMs },
    )
  return {
    cluster: { ask: call, write: call } as Cluster,
    leases: {
      ...{
        forTtl: async () => ({ id: 'L', kept: null }),
        has: (id: string) => id === 'L',
        keepAlive,
        keptFor: () => null,
      },
      ...{ retire: () => {}, keysOn: async () => [], revokeAll: async () => {} },
    },
    late: { forget: () => {}, close: () => {} },
    turns: new Turns({ hand() {}, wake() {}, look() {} }),
    entries: new Map(),
    kept: keepAlive,
  }
}

const ttlMs = 5_000
const asked = ask('x', { token: TOKEN, ttlMs })

test('a keep-alive that an earlier leader has acknowledged does not make a hold', async () => {
  const stale = { ttlMs, term: 3 }
  const all = means(4, [stale, stale, stale])
  expect(await attempt([asked], all)).toMatchObject([{ outcome: 'unknown', maybeDone: true }])
  expect(all.kept).toHaveBeenCalledTimes(3)
})

test('it is asked for again, by the leader that has seen the entry', async () => {
  const all = means(4, [
    { ttlMs, term: 3 },
    { ttlMs, term: 4 },
  ])
  expect(await attempt([asked], all)).toMatchObject([{ outcome: 'granted', fence: '7' }])
})

test('a renewal counts as little', async () => {
  const all = means(4, [
    { ttlMs, term: 4 },
    { ttlMs, term: 3 },
    { ttlMs, term: 5 },
  ])
  await attempt([asked], all)
  expect(await renew([held(asked)], all)).toMatchObject([{ outcome: 'unknown' }])
  expect(await renew([held(asked)], all)).toMatchObject([{ outcome: 'granted' }])
})

test('a lease that is shorter than what is asked for does not make a hold', async () => {
  const short = { ttlMs: 4_000, term: 4 }
  const all = means(4, [short, short, short])
  expect(await attempt([asked], all)).toMatchObject([{ outcome: 'unknown' }])
})
