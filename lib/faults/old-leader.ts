import type { Entry, History } from './history.ts'
import { type Judgement, unforgivable } from './judge.ts'
import type { Violation } from './oracles/violation.ts'

/** A leader that goes on finds leases that ended while it stood still, and has them revoked, within this. */
const REVOKES_WITHIN_MS = 2_000

/**
 * etcd before 3.4.31 and 3.5.13: a leader that stood still for longer than a lease, and goes on, may revoke that lease although
 * the next leader keeps it alive (etcd's issue 15247). The holder hears it from its watch; until then two may believe that they
 * hold, and only the fence protects. Such overlaps are published. Nothing else is forgiven, and no write.
 */
export function excludingButOldLeaders(judgement: Judgement, history: History): Violation[] {
  const resumed = history.filter(isResumed).map(({ at }) => at)
  const isTheirs = ({ at }: Violation) =>
    resumed.some((since) => at >= since && at <= since + REVOKES_WITHIN_MS)
  const theirs = new Set(judgement.overlaps.filter(isTheirs))
  const keys = new Set([...theirs].map(({ key }) => key))
  return [
    ...unforgivable(judgement),
    ...judgement.overlaps.filter((one) => !theirs.has(one)),
    ...judgement.notLinearizable.filter(({ key }) => !keys.has(key)),
  ]
}

export const RESUMED = 'goes on after it stood still'

const isResumed = ({ op, detail }: Entry): boolean => op === 'mend' && (detail ?? '').endsWith(RESUMED)
