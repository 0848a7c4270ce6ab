import { expect, it, vi } from 'vitest'
import type { AuditEntry, NewAuditEntry } from '../fleet/audit.ts'
import type { Lock } from '../fleet/lock.ts'
import { freeLock, sampleHolder, sampleLock } from './sample-lock.ts'
import { settleIntents } from './settle-intents.ts'

const INTENT: AuditEntry = {
  id: '5',
  at: '2026-01-01T00:00:00.000Z',
  phase: 'intent',
  of: null,
  actor: 'ana',
  act: 'release',
  plan: 'p',
  backend: 'b',
  lock: 'lock-1',
  lockName: 'orders/42',
  reason: 'stuck',
  holder: 'billing@host-1',
  tokenDigest: 'd1',
  result: null,
  says: 'Release it on n1.',
  nodes: [],
}

const settle = async (reread: () => Promise<Lock | null>, observed = async () => true) => {
  const written: [string, NewAuditEntry][] = []
  await settleIntents({
    unsettled: () => [INTENT],
    outcome: (of, entry) => {
      written.push([of, entry])
      return '6'
    },
    observed,
    reread,
    onTrouble: () => {},
  })
  return written
}

it('closes an intent without outcome as unknown, with what is in the store now', async () => {
  const [first] = await settle(async () => freeLock())
  expect(first?.[0]).toBe('5')
  expect(first?.[1]).toMatchObject({ actor: 'ana', plan: 'p', reason: 'stuck', result: 'unknown' })
  expect(first?.[1].says).toContain('nobody had the lock')
})

it('tells the same hold from another', async () => {
  const still = await settle(async () => sampleLock())
  expect(still[0]?.[1].says).toContain('billing@host-1 still had the lock')
  const other = sampleHolder({ tokenDigest: 'd2', label: 'mail@host-2' })
  const moved = await settle(async () => sampleLock({ holders: [other] }))
  expect(moved[0]?.[1].says).toContain('another hold, of mail@host-2')
})

it('closes it even if the store gives no answer', async () => {
  const [first] = await settle(() => Promise.reject(new Error('down')))
  expect(first?.[1].says).toContain('could not be read')
})

it('says that nobody looks there any more when its backend is gone from the configuration', async () => {
  const reread = vi.fn(async () => null)
  const [first] = await settle(reread, async () => false)
  expect(first?.[1].says).toContain('its backend was not watched any more')
  expect(reread).not.toHaveBeenCalled()
})

it('reads nothing before the backend can be read', async () => {
  const reread = vi.fn(async () => sampleLock())
  let begin: (is: boolean) => void = () => {}
  const settling = settle(
    reread,
    () =>
      new Promise((resolve) => {
        begin = resolve
      }),
  )
  await Promise.resolve()
  expect(reread).not.toHaveBeenCalled()
  begin(true)
  expect(await settling).toHaveLength(1)
})
