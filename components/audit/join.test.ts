import { describe, expect, test } from 'vitest'
import type { AuditEntry } from '@/lib/fleet/audit.ts'
import { joinActs, resultOf } from './join.ts'

const entry = (id: string, more: Partial<AuditEntry>): AuditEntry => ({
  id,
  at: '2026-11-21T03:05:12.000Z',
  phase: 'intent',
  of: null,
  actor: 'ana',
  act: 'release',
  plan: 'p1',
  backend: 'payments',
  lock: 'lock-1',
  lockName: 'orders/42',
  reason: 'INC-4127',
  holder: 'worker-3',
  tokenDigest: '9c1e4b07',
  result: null,
  says: '',
  nodes: [],
  ...more,
})

describe('acts of the audit', () => {
  test('an outcome is shown with the intent that it closes', () => {
    const acts = joinActs([entry('2', { phase: 'outcome', of: '1', result: 'freed' }), entry('1', {})])
    expect(acts).toHaveLength(1)
    expect(acts[0]?.first.id).toBe('1')
    expect(acts[0] && resultOf(acts[0]).word).toBe('freed')
  })

  test('an outcome whose intent is on the next page is not lost', () => {
    const acts = joinActs([entry('2', { phase: 'outcome', of: '1', result: 'partly' })])
    expect(acts.map((act) => resultOf(act).look)).toEqual(['partial'])
  })

  test('an intent without an outcome is not known to have happened', () => {
    expect(joinActs([entry('1', {})]).map((act) => resultOf(act).look)).toEqual(['unknown'])
  })

  test('a refusal says why', () => {
    const acts = joinActs([entry('1', { phase: 'refused', result: 'changed' })])
    expect(acts.map((act) => resultOf(act).word)).toEqual(['refused: it had changed'])
  })
})
