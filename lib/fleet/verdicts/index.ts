import type { Lock } from '../lock.ts'
import type { Severity, Verdict } from '../verdict.ts'
import { belowQuorum } from './below-quorum.ts'
import { deadWaiter } from './dead-waiter.ts'
import { deadlock } from './deadlock.ts'
import { fenceWentDown } from './fence-went-down.ts'
import { frozen } from './frozen.ts'
import { heldBack } from './held-back.ts'
import { holderSilent } from './holder-silent.ts'
import { hot } from './hot.ts'
import { immortal } from './immortal.ts'
import { noTtl } from './no-ttl.ts'
import { overdue } from './overdue.ts'
import { partial } from './partial.ts'
import type { Context, Rule } from './rule.ts'
import { sharedLease } from './shared-lease.ts'
import { split } from './split.ts'
import { unknown } from './unknown.ts'
import { unsafeReleaser } from './unsafe-releaser.ts'

/** Every rule there is; their thresholds stand in their own files. The order breaks ties of severity. */
export const rules: readonly Rule[] = [
  ...[deadlock, fenceWentDown, split, holderSilent, noTtl, partial, unknown, frozen, immortal, hot],
  ...[overdue, belowQuorum, deadWaiter, heldBack, sharedLease, unsafeReleaser],
]

export const severityRank: Record<Severity, number> = { alarm: 3, risk: 2, note: 1 }

const NOTHING_ELSE: Context = {}

/** What is the matter with a lock, the worst first. */
export function judge(lock: Lock, now: number, context: Context = NOTHING_ELSE): Verdict[] {
  const found: Verdict[] = []
  for (const rule of rules) {
    const one = rule.judge(lock, now, context)
    if (one) found.push({ id: rule.id, ...one })
  }
  return found.length > 1 ? found.sort((a, b) => severityRank[b.severity] - severityRank[a.severity]) : found
}

/** When to judge again although nothing was read; null when time alone changes nothing. */
export function judgeAgainAt(lock: Lock, now: number, context: Context = NOTHING_ELSE): number | null {
  let next: number | null = null
  for (const rule of rules) {
    const at = rule.nextAt?.(lock, now, context) ?? null
    if (at !== null && (next === null || at < next)) next = at
  }
  return next
}
