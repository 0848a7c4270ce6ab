import type { Answer, Renewal } from '../../core/node.ts'
import { raiseFence } from './fences.ts'
import type { MemoryHold } from './lock.ts'
import { refused } from './refused.ts'
import type { MemoryStore } from './store.ts'

export const renew = (store: MemoryStore, { name, token, slot, ttlMs, raiseTo }: Renewal): Answer =>
  store.use(name, ({ holds }) => {
    const hold = holds.find((one) => one.token === token && one.slot === slot)
    return hold ? renewHold(store, name, hold, ttlMs, raiseTo) : refused('not-held')
  })

/** Another full TTL, also for who asks once more for what it has; but for nobody who is to lapse. */
export function renewHold(
  store: MemoryStore,
  name: string,
  hold: MemoryHold,
  ttlMs: number,
  raiseTo: string | null,
): Answer {
  const { notice } = hold
  if (notice?.kind === 'lapse') {
    const remainingMs = Math.ceil(hold.expiresAt - store.now())
    return refused('lapsing', { remainingMs, notice })
  }
  if (raiseTo !== null && hold.fence !== null) hold.fence = raiseFence(store, hold.fence, raiseTo)
  hold.expiresAt = store.now() + ttlMs
  // As in Redis, where only the record of a shared lock is written anew.
  if (hold.permits > 1 && hold.slot === null) hold.ttlMs = ttlMs
  store.changed(name)
  return { outcome: 'granted', fence: hold.fence, ...(notice ? { notice } : {}) }
}
