import type { IKeyValue } from 'etcd3'
import { type GateAct, gatePrefix } from './layout.ts'
import { type KeyRange, rangeUnder } from './ranges.ts'
import { numberIn, parseRecord, textIn } from './record.ts'

/** What stands between a waiter and its lock, though nobody else does. */
export interface Gate {
  why: 'frozen' | 'held-back'
  message: string | null
  /** By the clock of this process against that of whoever laid it. Null when it should have ended: it ends any moment. */
  remainingMs: number | null
  /** Who came later does not hold. */
  holds: number
}

export const gateRange = (name: string): KeyRange => rangeUnder(gatePrefix(name))

/** The gates of one name as one: a freeze speaks for both, and the one that lasts longer says how long. */
export function gateIn(kvs: readonly IKeyValue[]): Gate | null {
  const gates = kvs.map(readGate).sort((a, b) => a.why.localeCompare(b.why))
  const [first, second] = gates
  if (!first || !second) return first ?? null
  return {
    ...first,
    remainingMs: longer(first.remainingMs, second.remainingMs),
    holds: Math.min(first.holds, second.holds),
  }
}

const longer = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.max(a, b)

function readGate({ key, value }: IKeyValue): Gate {
  const act = key.toString().split('/').pop() as GateAct
  const record = parseRecord(value)
  const until = numberIn(record, 'until')
  const left = until === null ? null : until - Date.now()
  const holds = textIn(record, 'holds')
  return {
    why: act === 'hold-back' ? 'held-back' : 'frozen',
    message: textIn(record, 'message'),
    remainingMs: left !== null && left > 0 ? left : null,
    holds: Number(holds ?? 0) || 0,
  }
}
