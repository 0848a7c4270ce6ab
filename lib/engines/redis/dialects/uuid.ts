const HEX32 = /^[0-9a-f]{32}$/
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/
const DAY_MS = 86_400_000
const OLDEST_DAYS = 400
/** From the beginning of the Gregorian calendar to that of Unix time. */
const GREGORIAN_MS = 12_219_292_800_000
/** They are counted in units of 100 ns. */
const PER_MS = 10_000

/** What a UUID of version 1 tells of its making: when, by its machine's clock, and on which network card. */
export interface Made {
  at: number
  card: string
}

export const isHex32 = (text: string): boolean => text.length === 32 && HEX32.test(text)
export const isUuid = (text: string): boolean => text.length === 36 && UUID.test(text)
export const isUuid4 = (text: string): boolean => text[14] === '4' && isUuid(text) && isVariant(text[19])

/** Of 32 hex digits. Null for other versions, and for a time that nobody can have made it at: random digits look so, too. */
export function madeAt(hex: string, now: number): Made | null {
  if (hex[12] !== '1' || !isVariant(hex[16])) return null
  const high = Number.parseInt(hex.slice(13, 16) + hex.slice(8, 12), 16)
  const ticks = high * 2 ** 32 + Number.parseInt(hex.slice(0, 8), 16)
  const at = Math.round(ticks / PER_MS) - GREGORIAN_MS
  if (at <= now - OLDEST_DAYS * DAY_MS || at >= now + DAY_MS) return null
  return { at, card: (hex.slice(20).match(/../g) ?? []).join(':') }
}

const isVariant = (digit: string | undefined): boolean => digit !== undefined && '89ab'.includes(digit)
