import type { Answer, Renewal } from '../../core/node.ts'
import { raiseFence } from './fences.ts'
import type { MemoryHold } from './lock.ts'
import { refused } from './refused.ts'
import type { MemoryStore } from './store.ts'

export const renew = (store: MemoryStore, hold: Renewal): Answer =>
  store.use(hold.name, ({ holds }) => renewOne(store, holds, hold))

function renewOne(
  store: MemoryStore,
  holds: readonly MemoryHold[],
  { name, token, ttlMs, slot, raiseTo }: Renewal,
): Answer {
  const hold = holds.find((one) => one.token === token && one.slot === slot)
  if (!hold) return refused('not-held')
  const { notice } = hold
  if (notice?.kind === 'lapse') {
    const remainingMs = hold.expiresAt - store.now()
    return refused('lapsing', { remainingMs, message: notice.message })
  }
  hold.fence = raiseFence(store, hold.fence, raiseTo)
  hold.ttlMs = ttlMs
  hold.expiresAt = store.now() + ttlMs
  store.changed(name)
  return { outcome: 'granted', fence: hold.fence, ...(notice ? { notice } : {}) }
}
