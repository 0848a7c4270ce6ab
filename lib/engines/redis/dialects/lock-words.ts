const WORDS = ['lock', 'locks', 'locked', 'mutex', 'redlock', 'semaphore', 'leader', 'singleton', 'lease']
/** Nobody looks for a word further on in a name. */
const LONGEST_NAME = 1_024
const SHORTEST_WORD = 4
const LONGEST_WORD = 9

const isBetween = (from: string, to: string) => (byte: number) =>
  byte >= from.charCodeAt(0) && byte <= to.charCodeAt(0)
const isUpper = isBetween('A', 'Z')
const isLower = isBetween('a', 'z')

/** By byte: what a letter counts as, 0 for what separates words. */
const FOLDED = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (':._-/{}'.includes(String.fromCharCode(byte))) return 0
  return isUpper(byte) ? byte + 32 : byte || 1
})
const UPPER = Uint8Array.from({ length: 256 }, (_, byte) => (isUpper(byte) ? 1 : 0))
const LOWER = Uint8Array.from({ length: 256 }, (_, byte) => (isLower(byte) ? 1 : 0))

const added = (hash: number, folded: number): number => (Math.imul(hash, 31) + folded) | 0
const HASHES = new Set(WORDS.map((word) => [...Buffer.from(word)].reduce(added, 0)))
const KNOWN = new Set(WORDS)

/**
 * Does a name say that it is a lock? `orders:lock`, `LOCK_7` and `ordersLock` do, `clock` and `unlocked` don't. It is asked of
 * every key of a database, therefore without strings.
 */
export function saysLock(name: Buffer): boolean {
  const end = Math.min(name.length, LONGEST_NAME)
  let start = 0
  let hash = 0
  let wasLower = 0
  for (let at = 0; at < end; at++) {
    const byte = name[at] as number
    const folded = FOLDED[byte] as number
    if (folded === 0 || (wasLower === 1 && UPPER[byte] === 1)) {
      if (isWord(name, start, at, hash)) return true
      start = folded === 0 ? at + 1 : at
      hash = 0
    }
    if (folded !== 0) hash = added(hash, folded)
    wasLower = LOWER[byte] as number
  }
  return isWord(name, start, end, hash)
}

function isWord(name: Buffer, start: number, end: number, hash: number): boolean {
  const length = end - start
  if (length < SHORTEST_WORD || length > LONGEST_WORD || !HASHES.has(hash)) return false
  return KNOWN.has(name.toString('latin1', start, end).toLowerCase())
}
