import { expect, it } from 'vitest'
import { decode, nameOf, string } from './test-seen.ts'

it('knows a locked task of huey, but not who has it', () => {
  const sighting = decode(string('huey.r.mail.mail.lock.send', '1', -1))
  expect(sighting).toMatchObject({ dialect: 'huey', confidence: 'certain', holders: [{ label: '?' }] })
  expect(nameOf(sighting)).toBe('send')
  expect(decode(string('huey.r.mail.mail.lock.send', '2', -1))).toBeNull()
  expect(decode(string('huey.r.mail.0f34', '1', -1))).toBeNull()
})
