import { duration } from '../verdicts/words.ts'
import type { FindingRule, Found, Looked } from './rule.ts'
import { counted, examplesOf, namesOf } from './words.ts'

const FAR_MS = 500
const VERY_FAR_MS = 5_000

/** Redis ends keys by the wall clock: a clock that jumps ends locks early, or keeps them for too long. */
export const clockOff: FindingRule = {
  id: 'W9',
  name: 'clock-off',
  looksFor: 'clocks that are wrong, and TTLs that no clock can explain',
  find(looked) {
    return [...(consoleIsOff(looked) ?? offsets(looked)), ...stretched(looked)]
  },
  misses({ backend, known }) {
    if (backend.kind !== 'redis' && backend.kind !== 'redlock') return null
    const silent = known.filter(({ clockOffsetMs }) => clockOffsetMs === null)
    return silent.length > 0 ? `${namesOf(silent)} may not be asked for the time` : null
  },
}

/** Several nodes that agree on another time: then it is not theirs that is wrong. */
const AGREEING = 3

function consoleIsOff({ known }: Looked): Found[] | null {
  const told = known.flatMap(({ clockOffsetMs }) => clockOffsetMs ?? [])
  const least = Math.min(...told)
  const most = Math.max(...told)
  if (told.length < AGREEING || most - least >= FAR_MS || Math.min(Math.abs(least), Math.abs(most)) < FAR_MS)
    return null
  const by = duration(Math.abs(least))
  return [
    {
      name: 'console-clock-off',
      severity: 'note',
      node: null,
      says: `The console’s own clock is ${by} ${least > 0 ? 'behind' : 'ahead'}: all nodes agree on another time.`,
      evidence: [`${counted(told.length, 'node')} are off by the same`],
      suggests: 'Let the console’s host follow a time server',
    },
  ]
}

const offsets = ({ known }: Looked): Found[] =>
  known.flatMap(({ name, clockOffsetMs }): Found[] => {
    if (clockOffsetMs === null || Math.abs(clockOffsetMs) < FAR_MS) return []
    const by = duration(Math.abs(clockOffsetMs))
    return [
      {
        severity: Math.abs(clockOffsetMs) >= VERY_FAR_MS ? 'alarm' : 'risk',
        node: name,
        says: `Its clock is ${by} ${clockOffsetMs > 0 ? 'ahead of' : 'behind'} the console’s. If it jumped, its locks ${clockOffsetMs > 0 ? 'ended early' : 'last too long'}.`,
        evidence: [`${clockOffsetMs > 0 ? '+' : '−'}${by} by the middle of the round trip`],
        suggests: 'Let it follow a time server, and never set its clock while it holds locks',
      },
    ]
  })

function stretched({ backend, locks: { beyondMax } }: Looked): Found[] {
  if (beyondMax.count === 0) return []
  return [
    {
      name: 'ttl-beyond-max',
      severity: 'alarm',
      node: null,
      says: `${counted(beyondMax.count, 'lock')} will last longer than any may: a clock went back, or somebody stretched ${beyondMax.count === 1 ? 'it' : 'them'}.`,
      evidence: [`at most ${duration(backend.maxTtlMs ?? 0)} is allowed`, ...examplesOf(beyondMax)],
      suggests: 'Look at the clocks, then release those whose holders are gone',
    },
  ]
}
