import type { KeyId } from '../fleet/sighting.ts'

export const toKeyId = (bytes: Uint8Array): KeyId =>
  (Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes)).toString('base64url')
export const fromKeyId = (key: KeyId): Buffer => Buffer.from(key, 'base64url')
