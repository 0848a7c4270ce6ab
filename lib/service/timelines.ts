import type { LockTable } from '../fleet/brief.ts'
import { fromBase64 } from '../fleet/bytes.ts'
import { compileFilter } from '../fleet/filter.ts'
import { decodeLockId } from '../fleet/lock-id.ts'
import { showName } from '../fleet/names.ts'
import type { Timelines } from '../fleet/timeline.ts'
import { inPortions } from '../watch/portions.ts'
import { firstOf, orderBy } from './lock-order.ts'

/** Of those that were granted most often of late; others changed hands less. */
const MOST_LOOKED_AT = 500

interface Chosen {
  items: Omit<Timelines['items'][number], 'timeline'>[]
  total: number
}

interface Lately {
  grants(id: string): number
  mostGranted(most: number): Promise<readonly string[]>
}

/** Of all that match, those that most wait for and that changed hands most often of late. */
export async function mostContended(
  locks: LockTable,
  { q, limit, now }: { q: string; limit: number; now: number },
  recent: Lately,
): Promise<Chosen> {
  const isWanted = compileFilter(q, now)
  const waitedFor = firstOf(
    orderBy('waiters', ({ waiters }) => -(waiters ?? 0)),
    limit,
  )
  let total = 0
  await inPortions(locks.briefs(), (brief) => {
    if (!isWanted(brief)) return
    total += 1
    waitedFor.offer(brief)
  })
  const turning = (await recent.mostGranted(MOST_LOOKED_AT)).filter((id) => {
    const brief = locks.brief(id)
    return brief !== undefined && isWanted(brief)
  })
  const items = [...new Set([...waitedFor.take().map(([, , id]) => id), ...turning])].flatMap((id) => {
    const brief = locks.brief(id)
    const heat = (brief?.waiters ?? 0) * 1_000 + Math.min(999, recent.grants(id))
    return brief ? [{ id, backend: brief.backend, name: brief.name, heat }] : []
  })
  items.sort((a, b) => b.heat - a.heat || (a.name < b.name ? -1 : 1))
  return { items: items.slice(0, limit).map(({ heat: _heat, ...item }) => item), total }
}

/** Those that were named, in their order; also such as are gone by now. What is no lock's id is left out. */
export function named(locks: LockTable, ids: readonly string[]): Chosen {
  const items = [...new Set(ids)].flatMap((id) => {
    const brief = locks.brief(id)
    if (brief) return [{ id, backend: brief.backend, name: brief.name }]
    const place = decodeLockId(id)
    if (!place) return []
    const key = 'key' in place ? fromBase64(place.key) : null
    return [{ id, backend: place.backend, name: key ? showName(key) : 'a name of more than 256 bytes' }]
  })
  return { items, total: items.length }
}
