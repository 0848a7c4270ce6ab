const SLOTS = 16_384
const POLYNOMIAL = 0x1021

const crcTable = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8
  for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x8000 ? POLYNOMIAL : 0)) & 0xffff
  return crc
})

/** CRC16 as Redis Cluster counts it (XMODEM). */
function crc16(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) crc = ((crc << 8) & 0xff00) ^ (crcTable[((crc >> 8) ^ byte) & 0xff] ?? 0)
  return crc
}

/** The slot of a cluster that a key is in: by what is between its first brace and the next closing one, if anything is. */
export function slotOfKey(key: string): number {
  const open = key.indexOf('{')
  const close = open < 0 ? -1 : key.indexOf('}', open + 1)
  const hashed = close > open + 1 ? key.slice(open + 1, close) : key
  return crc16(Buffer.from(hashed)) % SLOTS
}

/** The same, of a key of any bytes. */
export function slotOfBytes(key: Buffer): number {
  const open = key.indexOf(OPEN)
  const close = open < 0 ? -1 : key.indexOf(CLOSE, open + 1)
  return crc16(close > open + 1 ? key.subarray(open + 1, close) : key) % SLOTS
}

const OPEN = '{'.charCodeAt(0)
const CLOSE = '}'.charCodeAt(0)

let tags: string[] | null = null

/** A hash tag for a slot: the first whole number, written in decimal, that is in it. */
export function tagOfSlot(slot: number): string {
  tags ??= makeTags()
  const tag = tags[slot]
  if (tag === undefined) throw new RangeError(`a cluster has slots 0 to ${SLOTS - 1}, not ${slot}`)
  return tag
}

function makeTags(): string[] {
  const found: string[] = []
  for (let number = 0, missing = SLOTS; missing > 0; number++) {
    const slot = slotOfKey(String(number))
    if (found[slot] !== undefined) continue
    found[slot] = String(number)
    missing -= 1
  }
  return found
}
