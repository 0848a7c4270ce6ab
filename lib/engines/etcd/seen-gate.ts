import type { SeenGate } from '../../fleet/sighting.ts'
import { type GateRecord, readGateRecord } from '../owner-record.ts'
import type { Entry } from './dialects/entry.ts'
import { ownName } from './dialects/lockkeeper.ts'
import { GATES, NOTICES, PREFIX } from './layout.ts'
import { numberIn, parseRecord, textIn } from './record.ts'

/** A gate as a reader sees it. */
export interface QueueGate {
  seen: SeenGate
  /** Who came later than this create revision does not hold, also when it is the first. */
  holds: number
}

const startsWith = (bytes: Buffer, head: string): boolean =>
  bytes[0] === head.charCodeAt(0) && bytes.toString('latin1', 0, head.length) === head
const instead = (bytes: Buffer, head: string, of: string): Buffer =>
  Buffer.concat([Buffer.from(head), bytes.subarray(of.length)])

/** Whatever our library keeps. */
export const isOurs = (key: Buffer): boolean =>
  key[0] === FIRST && (startsWith(key, PREFIX) || startsWith(key, GATES) || startsWith(key, NOTICES))

const FIRST = PREFIX.charCodeAt(0)

/** The queue of ours in which a key stands; null when it stands in none. */
export function ownQueueOf(key: Buffer): Buffer | null {
  const cut = key.lastIndexOf('/')
  const queue = startsWith(key, PREFIX) ? key.subarray(0, cut + 1) : null
  return queue && ownName(queue) ? queue : null
}

/** Under which prefix the gate of a queue of ours stands; null when it is not one of ours. */
export const gateOfQueue = (queue: Buffer): Buffer | null =>
  startsWith(queue, PREFIX) ? instead(queue, GATES, PREFIX) : null

/** The prefix of the queue whose gate this is; null when it is no gate. */
export function queueOfGate(key: Buffer): Buffer | null {
  const cut = key.lastIndexOf('/')
  return startsWith(key, GATES) && cut > GATES.length
    ? instead(key.subarray(0, cut + 1), PREFIX, GATES)
    : null
}

/** Null when nothing keeps anybody out: it does as long as its key is there. */
export function readGate(entries: readonly Entry[]): QueueGate | null {
  let freeze: GateRecord | null = null
  let holdBack: GateRecord | null = null
  const holds: number[] = []
  for (const { key, value } of entries) {
    const record = readGateRecord(value)
    if (!record) continue
    if (key.toString('latin1').endsWith('/freeze')) freeze = record
    else holdBack = record
    const parsed = parseRecord(value)
    holds.push(Number(textIn(parsed, 'holds') ?? numberIn(parsed, 'holds') ?? 0))
  }
  if (!freeze && !holdBack) return null
  return { seen: { freeze, holdBack: holdBack && { until: holdBack.until } }, holds: Math.min(...holds) }
}
