import type { Lock } from '../fleet/lock.ts'

const MOST_PAST = 5_000

/** What locks looked like a while ago, so that a refusal can show what the operator had seen. */
export interface Recall {
  note(lock: Lock): void
  forget(id: string): void
  find(id: string, seen: string): Lock | null
}

export function openRecall(): Recall {
  const present = new Map<string, Lock>()
  const past = new Map<string, Lock>()
  const toPast = (lock: Lock) => {
    const key = `${lock.id} ${lock.seen}`
    past.delete(key)
    past.set(key, lock)
    const [oldest] = past.keys()
    if (past.size > MOST_PAST && oldest !== undefined) past.delete(oldest)
  }
  return {
    note(lock) {
      const before = present.get(lock.id)
      if (before && before.seen !== lock.seen) toPast(before)
      present.set(lock.id, lock)
    },
    forget(id) {
      const before = present.get(id)
      if (before) toPast(before)
      present.delete(id)
    },
    find(id, seen) {
      const now = present.get(id)
      return now?.seen === seen ? now : (past.get(`${id} ${seen}`) ?? null)
    },
  }
}
