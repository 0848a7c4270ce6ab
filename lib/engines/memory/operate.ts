import type { NodeOutcome } from '../../fleet/plan.ts'
import { within } from '../deadline.ts'
import { fromKeyId } from '../key-id.ts'
import type { Digest, Operator } from '../roles.ts'
import { handOver, tellHanded } from './hand-over.ts'
import type { MemoryLock } from './lock.ts'
import { wakeHead } from './queue.ts'
import { type MemoryStore, memoryStore } from './store.ts'

const ACT_WITHIN_MS = 2_000

export function operateMemory(voter: string, url: string, digest: Digest): Operator {
  const store = memoryStore(url)
  const says = (outcome: NodeOutcome['outcome'], words: string): NodeOutcome => ({
    node: voter,
    outcome,
    says: words,
  })
  return {
    voter,
    refuses: (dialect) =>
      dialect === 'lockkeeper' ? null : `Locks of ${dialect} can't be released from here.`,
    async release(key, _dialect, tokenDigest) {
      try {
        await within(ACT_WITHIN_MS, store.reach())
      } catch {
        return says('unreachable', 'Nothing was written: it gives no answer.')
      }
      // From here on nothing else runs in between: what is compared is what is deleted.
      const name = fromKeyId(key).toString('utf8')
      return store.use(name, (lock) => {
        if (lock.holds.length === 0) return says('already-gone', 'Nobody held it any more.')
        const seen = lock.holds.find(({ token }) => digest(token) === tokenDigest)
        if (!seen) return says('other-holder', 'Somebody else has it now: left alone.')
        lock.holds = lock.holds.filter((hold) => hold !== seen)
        takenAway(store, name, lock, seen.owner.process)
        return says('freed', 'The vote was taken back.')
      })
    },
  }
}

function takenAway(store: MemoryStore, name: string, lock: MemoryLock, process: string): void {
  store.changed(name)
  store.tell(process, { kind: 'look', name })
  const asksForVotes = lock.queue[0]?.ttlMs === null
  const next = asksForVotes ? null : handOver(store, name, lock)
  if (next) tellHanded(store, next)
  if (asksForVotes) wakeHead(store, name, lock)
}
