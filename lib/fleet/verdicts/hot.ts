import type { Lock } from '../lock.ts'
import type { Rule } from './rule.ts'
import { clients, duration } from './words.ts'

/** At least 3 wait, and the first of them for 10 s; an alarm from 10 that wait and 60 s on. */
const MANY = 3
const LONG_MS = 10_000
const VERY_MANY = 10
const VERY_LONG_MS = 60_000

/** Many wait for it, and for long. */
export const hot: Rule = {
  id: 'hot',
  judge(lock, now) {
    const queue = queueOf(lock)
    if (!queue || now - queue.oldest < LONG_MS) return null
    const longestMs = now - queue.oldest
    return {
      severity: queue.count >= VERY_MANY && longestMs >= VERY_LONG_MS ? 'alarm' : 'risk',
      says: `${clients(queue.count)} wait for it, the first for ${duration(longestMs)}.`,
      evidence: queue.next ? [`next in line ${queue.next}`] : [],
      suggests: 'look',
    }
  },
  nextAt(lock, now) {
    const queue = queueOf(lock)
    if (!queue) return null
    const next = [queue.oldest + LONG_MS, queue.oldest + VERY_LONG_MS].find((at) => at > now)
    return next ?? null
  },
}

function queueOf(lock: Lock): { count: number; oldest: number; next: string | undefined } | null {
  if (!lock.waiters.known || lock.waiters.count < MANY) return null
  const times = lock.waiters.list.flatMap(({ since }) => (since ? [Date.parse(since)] : []))
  if (times.length === 0) return null
  const { count, list } = lock.waiters
  return { count, oldest: Math.min(...times), next: list[0]?.label }
}
