import { randomBytes } from 'node:crypto'

/** 100 ns steps from the beginning of the Gregorian calendar to 1970. */
const TO_EPOCH = 0x01b21dd213814000n
const NODE = '02fc00a1b2c3'

/** A UUID of version 1, as Python and others make them: time and network card. */
export function timeUuid(): string {
  const steps = (BigInt(Date.now()) * 10_000n + TO_EPOCH).toString(16).padStart(15, '0')
  const [high, mid, low] = [steps.slice(0, 3), steps.slice(3, 7), steps.slice(7)]
  const clock = (0x8000 | (randomBytes(2).readUInt16BE() & 0x3fff)).toString(16)
  return `${low}-${mid}-1${high}-${clock}-${NODE}`
}
