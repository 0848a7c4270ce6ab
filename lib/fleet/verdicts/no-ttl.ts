import type { Rule } from './rule.ts'
import { clients, duration } from './words.ts'

/** Held without a TTL: if its holder dies, nobody gets it until somebody steps in. */
export const noTtl: Rule = {
  id: 'no-ttl',
  judge(lock, now) {
    const holder = lock.holders[0]
    if (lock.state !== 'held' || holder?.remainingIs !== 'none') return null
    const waiting = lock.waiters.known ? lock.waiters.count : 0
    const evidence = ['no TTL on its key']
    if (holder.since) {
      const least = holder.sinceIs === 'exact' ? '' : 'at least '
      evidence.push(`held for ${least}${duration(now - Date.parse(holder.since))}`)
    }
    if (waiting > 0) evidence.push(`${clients(waiting)} waiting`)
    return {
      severity: waiting > 0 ? 'alarm' : 'risk',
      says: 'It never ends by itself: it was taken without a TTL.',
      evidence,
      suggests: 'release',
    }
  },
}
