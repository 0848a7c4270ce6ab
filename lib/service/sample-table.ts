import { type Brief, briefOf, type LockTable } from '../fleet/brief.ts'
import type { Lock } from '../fleet/lock.ts'

export interface SampleTable extends LockTable {
  put(...locks: Lock[]): void
  delete(id: string): void
}

/** A table of locks as a watch keeps one: the brief of a lock is the same object for as long as it is known. For tests. */
export function sampleTable(locks: Iterable<Lock> = []): SampleTable {
  const all = new Map<string, Lock>()
  const briefs = new Map<string, Brief>()
  const table: SampleTable = {
    put: (...more) => {
      for (const lock of more) {
        all.set(lock.id, lock)
        briefs.set(lock.id, Object.assign(briefs.get(lock.id) ?? {}, briefOf(lock)))
      }
    },
    delete(id) {
      all.delete(id)
      briefs.delete(id)
    },
    get size() {
      return all.size
    },
    has: (id) => all.has(id),
    get: (id) => all.get(id),
    brief: (id) => briefs.get(id),
    briefs: () => briefs.values(),
  }
  table.put(...locks)
  return table
}
