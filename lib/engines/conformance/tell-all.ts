import { briefOf } from '../../fleet/brief.ts'
import { csvOfLock, jsonOfLock } from '../../fleet/export-lock.ts'
import { type Lock, lockSchema } from '../../fleet/lock.ts'
import { merge } from '../../fleet/merge.ts'
import { reduce } from '../../fleet/reduce.ts'
import type { Sighting } from '../../fleet/sighting.ts'
import { judge, judgeAgainAt } from '../../fleet/verdicts/index.ts'

/** For tests: everything that the console makes of a sighting, and what it sends of it. Throws when something can't be done. */
export function tellAll(sighting: Sighting): Lock[] {
  const about = { id: 'id', backend: 'b', database: 0, refuses: () => null }
  const locks: Lock[] = []
  let before: Lock | null = null
  for (const passedMs of [0, 1_000, 90_000]) {
    const seen = { ...sighting, readAt: sighting.readAt + passedMs }
    const says = { node: 'n', says: 'sighting', sighting: seen, latencyMs: 1 } as const
    const empty = { node: 'n', says: 'empty', readAt: seen.readAt, latencyMs: 1 } as const
    for (const voters of [[says], [says, says, empty], [empty]]) {
      const lock: Lock | null = merge({ ...about, voters, before })
      if (!lock) continue
      reduce(before, lock)
      lock.verdicts = judge(lock, seen.readAt)
      judgeAgainAt(lock, seen.readAt)
      briefOf(lock)
      csvOfLock(lock)
      jsonOfLock(lock)
      locks.push(lockSchema.parse(JSON.parse(JSON.stringify(lock))))
      before = lock
    }
  }
  return locks
}
