import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  entryKey,
  gateKey,
  noticeKey,
  parseEntryKey,
  parseGateKey,
  parseNoticeKey,
  queuePrefix,
} from './layout.ts'

const token = 'a'.repeat(32)
const name = fc.string({ minLength: 1, unit: fc.constantFrom('a', '/', '%', '2', 'F', '5', ' ', 'ü') })

test('a key can be read back', () => {
  fc.assert(
    fc.property(name, (one) => {
      expect(parseEntryKey(entryKey(one, token))).toEqual({ name: one, token, permits: 1 })
      expect(parseEntryKey(entryKey(one, token, 12))).toEqual({ name: one, token, permits: 12 })
      expect(parseNoticeKey(noticeKey(one, token))).toEqual({ name: one, token })
      expect(parseGateKey(gateKey(one, 'freeze'))).toBe(one)
    }),
  )
})

test('the entries of one lock never stand under the prefix of another', () => {
  fc.assert(
    fc.property(name, name, (one, other) => {
      if (one !== other) expect(entryKey(one, token).startsWith(queuePrefix(other))).toBe(false)
    }),
  )
})

test('what is not ours is not read', () => {
  for (const key of [
    `other/x/${token}`,
    'lockkeeper/x',
    'lockkeeper/x/short',
    `lockkeeper/x/p0.${token}`,
    `lockkeeper/x/px.${token}`,
    `lockkeeper/a/b/${token}`,
  ])
    expect(parseEntryKey(key)).toBeNull()
})
