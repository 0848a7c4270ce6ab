import { type Brief, briefOf, type LockTable } from '../fleet/brief.ts'
import type { Lock } from '../fleet/lock.ts'

export interface SampleTable extends LockTable {
  put(...locks: Lock[]): void
  delete(id: string): void
}

/** A table of locks as a watch keeps one: it hands out one and the same brief over and over. For tests. */
export function sampleTable(locks: Iterable<Lock> = []): SampleTable {
  const all = new Map<string, Lock>()
  const shared = {}
  const brief = (lock: Lock): Brief => Object.assign(shared, briefOf(lock))
  const table: SampleTable = {
    put: (...more) => {
      for (const lock of more) all.set(lock.id, lock)
    },
    delete: (id) => void all.delete(id),
    get size() {
      return all.size
    },
    has: (id) => all.has(id),
    get: (id) => all.get(id),
    brief(id) {
      const lock = all.get(id)
      return lock && brief(lock)
    },
    *briefs() {
      for (const lock of all.values()) yield brief(lock)
    },
  }
  table.put(...locks)
  return table
}
