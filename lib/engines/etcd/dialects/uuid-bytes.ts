const LENGTH = 16
const DAY_MS = 86_400_000
const OLDEST_DAYS = 400
/** From the beginning of the Gregorian calendar to that of Unix time, in units of 100 ns. */
const GREGORIAN = 0x01b21dd213814000n

/** The version of a UUID as 16 bytes; null when it is none. */
export function uuidVersion(bytes: Buffer): number | null {
  if (bytes.length !== LENGTH || (bytes.readUInt8(8) & 0xc0) !== 0x80) return null
  return bytes.readUInt8(6) >> 4
}

/**
 * When a UUID of version 1 was made, by its machine's clock, and on which network card. Null for other versions, and for a
 * time that nobody can have made it at.
 */
export function madeAt(bytes: Buffer, now: number): { at: number; card: string } | null {
  if (uuidVersion(bytes) !== 1) return null
  const high = BigInt(bytes.readUInt16BE(6) & 0x0fff)
  const ticks = (high << 48n) | (BigInt(bytes.readUInt16BE(4)) << 32n) | BigInt(bytes.readUInt32BE(0))
  const at = Number((ticks - GREGORIAN) / 10_000n)
  if (at <= now - OLDEST_DAYS * DAY_MS || at >= now + DAY_MS) return null
  return { at, card: [...bytes.subarray(10)].map((byte) => byte.toString(16).padStart(2, '0')).join(':') }
}
