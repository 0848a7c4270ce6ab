import type { Answer, Notice, Order } from '../../core/node.ts'
import { handOver, tellHanded } from './hand-over.ts'
import type { MemoryHold, MemoryLock } from './lock.ts'
import { hasRoom, headOf, wakeHead } from './queue.ts'
import { refused } from './refused.ts'
import type { MemoryStore } from './store.ts'

const done: Answer = { outcome: 'granted', fence: null }

/** Lays something on a name, or takes it off again. */
export const order = (store: MemoryStore, order: Order, alone: boolean): Answer =>
  store.use(order.name, (lock) => {
    const answer = carryOut(store, lock, order, alone)
    store.changed(order.name)
    return answer
  })

function carryOut(store: MemoryStore, lock: MemoryLock, order: Order, alone: boolean): Answer {
  switch (order.act) {
    case 'freeze': {
      const until = store.now() + order.forMs
      lock.gate.freeze = { until, by: order.by, message: order.message }
      return done
    }
    case 'hold-back':
      lock.gate.holdBack = { until: store.now() + order.forMs }
      return done
    case 'unfreeze':
      lock.gate.freeze = null
      if (alone) handOverAll(store, order.name, lock)
      else wakeNext(store, order.name, lock)
      return done
    case 'ask':
    case 'lapse': {
      const { act: kind, by, message, token } = order
      const holds = lock.holds.filter((hold) => token === null || hold.token === token)
      tell(store, order.name, holds, { kind, by, message })
      return holds.length > 0 ? done : refused('not-held')
    }
  }
}

function handOverAll(store: MemoryStore, name: string, lock: MemoryLock): void {
  for (let next = handOver(store, name, lock); next; next = handOver(store, name, lock))
    tellHanded(store, next)
}

function wakeNext(store: MemoryStore, name: string, lock: MemoryLock): void {
  const head = headOf(store, name, lock)
  if (head && hasRoom(lock, head.permits)) wakeHead(store, name, lock)
}

/** Who is to lapse is not asked any more. */
function tell(store: MemoryStore, name: string, holds: readonly MemoryHold[], notice: Notice): void {
  for (const hold of holds) if (notice.kind === 'lapse' || hold.notice?.kind !== 'lapse') hold.notice = notice
  for (const process of new Set(holds.map(({ owner }) => owner.process)))
    store.tell(process, { kind: 'look', name })
}
