import type { Lock } from '../lock.ts'
import type { Severity, Verdict } from '../verdict.ts'
import { belowQuorum } from './below-quorum.ts'
import { holderSilent } from './holder-silent.ts'
import { hot } from './hot.ts'
import { noTtl } from './no-ttl.ts'
import { partial } from './partial.ts'
import type { Rule } from './rule.ts'
import { split } from './split.ts'
import { unknown } from './unknown.ts'

/** Every rule there is; their thresholds stand in their own files. The order breaks ties of severity. */
export const rules: readonly Rule[] = [holderSilent, noTtl, split, partial, unknown, hot, belowQuorum]

export const severityRank: Record<Severity, number> = { alarm: 3, risk: 2, note: 1 }

/** What is the matter with a lock, the worst first. */
export function judge(lock: Lock, now: number): Verdict[] {
  return rules
    .flatMap((rule) => {
      const found = rule.judge(lock, now)
      return found ? [{ id: rule.id, ...found }] : []
    })
    .sort((a, b) => severityRank[b.severity] - severityRank[a.severity])
}

/** When to judge again although nothing was read; null when time alone changes nothing. */
export function judgeAgainAt(lock: Lock, now: number): number | null {
  const times = rules.flatMap((rule) => rule.nextAt?.(lock, now) ?? [])
  return times.length > 0 ? Math.min(...times) : null
}
