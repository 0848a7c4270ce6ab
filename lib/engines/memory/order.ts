import type { Answer, Order } from '../../core/node.ts'
import type { MemoryLock } from './lock.ts'
import { refused } from './refused.ts'
import { handOn } from './release.ts'
import type { MemoryStore } from './store.ts'

const LONGEST_MS = 24 * 3_600_000
const done: Answer = { outcome: 'granted', fence: null }

/** Lays something on a name, or takes it off again. */
export const order = (store: MemoryStore, order: Order): Answer =>
  store.use(order.name, (lock) => {
    const answer = carryOut(store, lock, order)
    store.changed(order.name)
    return answer
  })

function carryOut(store: MemoryStore, lock: MemoryLock, order: Order): Answer {
  const { name } = order
  switch (order.act) {
    case 'freeze': {
      const until = store.now() + Math.min(order.forMs, LONGEST_MS)
      lock.gate.freeze = { until, by: order.by, message: order.message }
      return done
    }
    case 'hold-back':
      lock.gate.holdBack = { until: store.now() + Math.min(order.forMs, LONGEST_MS) }
      return done
    case 'unfreeze':
      lock.gate.freeze = null
      handOn(store, name, lock, null)
      return done
    case 'ask':
    case 'lapse':
      return notify(store, lock, order)
  }
}

function notify(
  store: MemoryStore,
  { holds }: MemoryLock,
  { act: kind, name, token, by, message }: Extract<Order, { token: string | null }>,
): Answer {
  const told = holds.filter((hold) => token === null || hold.token === token)
  for (const hold of told) hold.notice = { kind, by, message }
  for (const process of new Set(told.map(({ owner }) => owner.process)))
    store.tell(process, { kind: 'look', name })
  return told.length > 0 ? done : refused('not-held')
}
