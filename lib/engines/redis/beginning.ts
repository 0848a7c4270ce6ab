import type { KeyId } from '../../fleet/sighting.ts'

/** Others stand within ids, too, and count where there are none of these. */
const STRONG = new Set([...':./|{}#@ '])
const WEAK = new Set([...'-_'])
/** A number, or what is an id although it has none at first. */
const ID = /\d|[0-9a-f]{8}-/
/** In base64, of the key. */
const LOOKED_AT = 340

/** What keys of one kind have in common, latin1: what comes before the first number, or else before the last word. */
export function beginningOf(key: KeyId): string {
  const name = Buffer.from(key.slice(0, LOOKED_AT), 'base64url').toString('latin1')
  const found = name.search(ID)
  const end = found === -1 ? name.length - 1 : found
  return name.slice(0, endOfLast(STRONG, name, end) || endOfLast(WEAK, name, end))
}

function endOfLast(separators: ReadonlySet<string>, name: string, before: number): number {
  for (let at = before - 1; at >= 0; at--) if (separators.has(name.charAt(at))) return at + 1
  return 0
}
