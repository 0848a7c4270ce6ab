import { expect, it } from 'vitest'
import { contentSecurityPolicy } from './security-headers.ts'

it('lets only scripts with the nonce run, and nothing be compiled from text', () => {
  const policy = contentSecurityPolicy('abc', false)
  expect(policy).toContain("script-src 'nonce-abc' 'strict-dynamic';")
  expect(policy).not.toContain('unsafe-eval')
  expect(policy.match(/unsafe-inline/g)).toEqual(['unsafe-inline'])
  expect(policy).toContain("style-src-attr 'unsafe-inline'")
})
