import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDigest } from './digest.ts'

test('it is the HMAC, whatever the secret and the token', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 90 }), fc.uint8Array({ maxLength: 1_500 }), (secret, token) => {
      const expected = createHmac('sha256', secret).update(token).digest('base64url').slice(0, 16)
      const digest = createDigest(secret, 16)
      digest('something else before')
      expect(digest(token)).toBe(expected)
    }),
  )
})

test('a text is its bytes', () => {
  const digest = createDigest('secret', 22)
  expect(digest('tökén')).toBe(digest(Buffer.from('tökén')))
})
