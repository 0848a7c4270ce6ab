import type { Lock } from '../fleet/lock.ts'

const MOST_SHOWN = 5_000

/** What locks looked like when they were last shown to somebody, so that a refusal can show what the operator had seen. */
export interface Recall {
  note(lock: Lock): void
  find(id: string, seen: string): Lock | null
}

export function openRecall(most = MOST_SHOWN): Recall {
  const shown = new Map<string, Lock>()
  return {
    note(lock) {
      const key = `${lock.id} ${lock.seen}`
      shown.delete(key)
      shown.set(key, lock)
      const [oldest] = shown.keys()
      if (shown.size > most && oldest !== undefined) shown.delete(oldest)
    },
    find: (id, seen) => shown.get(`${id} ${seen}`) ?? null,
  }
}
