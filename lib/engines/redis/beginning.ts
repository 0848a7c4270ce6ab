import type { KeyId } from '../../fleet/sighting.ts'

const SEPARATORS = new Set([...':._-/|{}#@ '])
const DIGIT = /\d/
/** In base64, of the key. */
const LOOKED_AT = 340

/** What keys of one kind have in common, latin1: what comes before the first number, or else before the last word. */
export function beginningOf(key: KeyId): string {
  const name = Buffer.from(key.slice(0, LOOKED_AT), 'base64url').toString('latin1')
  const digit = name.search(DIGIT)
  for (let at = (digit === -1 ? name.length - 1 : digit) - 1; at >= 0; at--)
    if (SEPARATORS.has(name.charAt(at))) return name.slice(0, at + 1)
  return ''
}
