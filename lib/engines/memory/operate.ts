import type { NodeOutcome } from '../../fleet/plan.ts'
import { within } from '../deadline.ts'
import { fromKeyId } from '../key-id.ts'
import type { Digest, Operator } from '../roles.ts'
import { memoryStore } from './store.ts'

const ACT_WITHIN_MS = 2_000

export function operateMemory(voter: string, url: string, digest: Digest): Operator {
  const store = memoryStore(url)
  return {
    voter,
    refuses: (dialect) =>
      dialect === 'lockkeeper' ? null : `Locks of ${dialect} can't be released from here.`,
    async release(key, _dialect, tokenDigest): Promise<NodeOutcome> {
      try {
        await within(ACT_WITHIN_MS, store.reach())
      } catch {
        return { node: voter, outcome: 'unreachable', says: 'Nothing was written: it gives no answer.' }
      }
      // From here on nothing else runs in between: what is compared is what is deleted.
      const name = fromKeyId(key).toString('utf8')
      const lock = store.locks.get(name)
      if (!lock || lock.expiresAt <= store.now())
        return { node: voter, outcome: 'already-gone', says: 'Nobody held it any more.' }
      if (digest(lock.token) !== tokenDigest)
        return { node: voter, outcome: 'other-holder', says: 'Somebody else has it now: left alone.' }
      store.locks.delete(name)
      store.changed(name)
      const head = store.queues.get(name)?.find((waiter) => waiter.until > store.now())
      if (head) store.wake(head.owner.process, name)
      return { node: voter, outcome: 'freed', says: 'The vote was taken back.' }
    },
  }
}
