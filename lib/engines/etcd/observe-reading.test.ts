import { expect, test } from 'vitest'
import type { Members } from './members.ts'
import { Reading } from './observe-reading.ts'
import { keyEntry, testDigest } from './testing/key-fixture.ts'

test('what no whole sweep finds any more is not remembered, and what was seen meanwhile is', () => {
  const reading = new Reading({ voter: 'c', members: {} as Members, digest: testDigest, prefixes: [] })
  const telling = reading.telling(1)
  const [old, young] = [keyEntry('a/lock'), keyEntry('b/lock')]
  reading.ofKey(old, telling)
  reading.sweepBegins().done(false)
  expect(reading.mayHaveBeenAlone(old.key)).toBe(true)
  const sweep = reading.sweepBegins()
  expect(reading.mayHaveBeenAlone(Buffer.from('anything'))).toBe(true)
  reading.ofKey(young, telling)
  sweep.done(true)
  expect(reading.mayHaveBeenAlone(old.key)).toBe(false)
  expect(reading.mayHaveBeenAlone(young.key)).toBe(true)
})

test('values that were read for nothing are read again when the store has gone back', () => {
  const reading = new Reading({ voter: 'c', members: {} as Members, digest: testDigest, prefixes: [] })
  const stranger = keyEntry('config', 'x')
  reading.ofKey(stranger, reading.telling(1))
  expect(reading.unread.has(stranger)).toBe(true)
  expect(reading.unread.has({ ...stranger, modRevision: '8' })).toBe(false)
  for (const revision of ['50', '51']) reading.isAt(revision)
  expect(reading.unread.has(stranger)).toBe(true)
  reading.isAt('40')
  expect(reading.unread.has(stranger)).toBe(false)
})
