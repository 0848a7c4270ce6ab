import type { Rule } from './rule.ts'

/** Libraries that delete the key without looking whose it is. */
const UNSAFE: ReadonlySet<string> = new Set([
  'redis-lock',
  'shedlock',
  'celery-singleton',
  'celery-once',
  'huey',
  'huey-results',
  'rq',
  'redis-mutex',
])

/** A holder that comes too late destroys the lock of the next one. */
export const unsafeReleaser: Rule = {
  id: 'unsafe-releaser',
  judge(lock) {
    if (lock.state !== 'held' || !UNSAFE.has(lock.dialect)) return null
    // On etcd, where every hold has a fence, the same library lets go of its own lease only.
    if (lock.holders.some(({ fence }) => fence !== null)) return null
    return {
      severity: 'note',
      says: 'Its library deletes the key without comparing: whoever lets go too late destroys the next hold.',
      evidence: [`dialect ${lock.dialect}`, 'after a forced release or a run-out TTL two may hold it'],
      suggests: 'look',
    }
  },
}
