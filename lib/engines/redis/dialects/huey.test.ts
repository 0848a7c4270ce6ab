import { expect, it } from 'vitest'
import { decode, hash, nameOf, string } from './test-seen.ts'

it('knows a locked task of huey, but not who has it', () => {
  const sighting = decode(string('huey.r.mail.mail.lock.send', '1', -1))
  expect(sighting).toMatchObject({ dialect: 'huey', confidence: 'certain', holders: [{ label: '?' }] })
  expect(nameOf(sighting)).toBe('send')
  expect(decode(string('huey.r.mail.mail.lock.send', '2', -1))).toBeNull()
  expect(decode(string('huey.r.mail.0f34', '1', -1))).toBeNull()
})

it('knows all locked tasks of huey that stand among the results', () => {
  const fields = { 'mail.lock.send': '1', 'mail.lock.purge:all': '1', '8f2d4c1e-task': '\x80\x04K\x01.' }
  const sighting = decode(hash('huey.results.mail', fields, -1))
  expect(sighting).toMatchObject({
    ...{ dialect: 'huey-results', confidence: 'certain', kind: 'semaphore', waiters: { known: false } },
    holders: [
      { label: 'send', remainingIs: 'none' },
      { label: 'purge:all', remainingIs: 'none' },
    ],
  })
  expect(nameOf(sighting)).toBe('mail')
  const [send, purge] = sighting?.holders ?? []
  expect(send?.tokenDigest).not.toBe(purge?.tokenDigest)
})

it('knows nothing of results of huey without a lock, or of which only a part was read', () => {
  expect(decode(hash('huey.results.mail', { '8f2d4c1e-task': '1' }, -1))).toBeNull()
  expect(decode(hash('huey.results.mail', { 'mail.lock.send': '2' }, -1))).toBeNull()
  const part = { ...hash('huey.results.mail', { 'mail.lock.send': '1' }, -1), size: 2 }
  expect(decode(part)).toBeNull()
  expect(decode(hash('other.results.mail', { 'mail.lock.send': '1' }, -1))).toBeNull()
})
