import { createHash, hash } from 'node:crypto'
import type { Digest } from './roles.ts'

const BLOCK = 64
const LONGEST_AT_ONCE = 1_024

/**
 * HMAC-SHA256 under a secret, as base64url, cut to `length` characters. Tokens are short and there are 100,000 of them in
 * one reading, therefore without an object for each.
 */
export function createDigest(secret: Uint8Array | string, length: number): Digest {
  const given = Buffer.from(secret)
  const key = given.length > BLOCK ? createHash('sha256').update(given).digest() : given
  const inner = Buffer.alloc(BLOCK + LONGEST_AT_ONCE)
  const outer = Buffer.alloc(BLOCK + 32)
  for (let at = 0; at < BLOCK; at++) {
    inner[at] = (key[at] ?? 0) ^ 0x36
    outer[at] = (key[at] ?? 0) ^ 0x5c
  }
  /** By length of the token: tokens have few lengths. */
  const heads: Buffer[] = []
  const textOf = (token: Uint8Array): Buffer => {
    if (token.length > LONGEST_AT_ONCE) return Buffer.concat([inner.subarray(0, BLOCK), token])
    inner.set(token, BLOCK)
    heads[token.length] ??= inner.subarray(0, BLOCK + token.length)
    return heads[token.length] as Buffer
  }
  return (token) => {
    const bytes = typeof token === 'string' ? Buffer.from(token) : token
    outer.write(hash('sha256', textOf(bytes), 'binary'), BLOCK, 'latin1')
    return hash('sha256', outer, 'base64url').slice(0, length)
  }
}
