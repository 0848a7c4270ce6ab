import { expect, test } from 'vitest'
import type { LockRow } from '@/lib/fleet/lock.ts'
import type { FleetBackend } from '@/lib/fleet/node.ts'
import { NOW, sampleLock } from '../testing/sample.ts'
import { blockedWords, triageTitle } from './words.ts'

const hidden: LockRow = sampleLock({ waiters: { known: false } })
const backend = (id: string, answering: number): FleetBackend =>
  ({ id, quorum: { needed: 1, of: 1, answering } }) as FleetBackend

test('a backend that nobody can read is told before all locks, also when none of them needs a look', () => {
  const [quiet, dead] = [backend('quiet', 1), backend('dead', 0)]
  expect(triageTitle({ troubled: [], backends: [quiet] })).toBe('Nothing needs a look')
  expect(triageTitle({ troubled: [], backends: [quiet, dead] })).toBe(
    'dead can’t be read, nothing else needs a look',
  )
  expect(triageTitle({ troubled: [hidden], backends: [dead] })).toBe(
    'dead can’t be read, 1 lock needs a look',
  )
})

test('waiters that leave no trace are not said to be nobody', () => {
  expect(blockedWords([hidden], NOW)).toBe('Who waits for it is not known.')
  const nobody: LockRow = sampleLock()
  expect(blockedWords([nobody, hidden], NOW)).toBe(
    'Nobody is known to wait for them. Waiters of 1 lock are not known.',
  )
})
