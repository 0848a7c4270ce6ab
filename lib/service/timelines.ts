import type { Brief, LockTable } from '../fleet/brief.ts'
import { fromBase64 } from '../fleet/bytes.ts'
import { compileFilter } from '../fleet/filter.ts'
import { decodeLockId } from '../fleet/lock-id.ts'
import { showName } from '../fleet/names.ts'
import type { Timelines } from '../fleet/timeline.ts'
import { inPortions } from './portions.ts'

interface Chosen {
  items: Omit<Timelines['items'][number], 'timeline'>[]
  total: number
}

/** Of all that match, those that most wait for and that changed hands most often of late. */
export async function mostContended(
  locks: LockTable,
  { q, limit, now }: { q: string; limit: number; now: number },
  grants: (id: string) => number,
): Promise<Chosen> {
  const isWanted = compileFilter(q, now)
  let kept: { id: string; backend: string; name: string; heat: number }[] = []
  let total = 0
  await inPortions(locks.briefs(), (brief) => {
    if (!isWanted(brief)) return
    total += 1
    const heat = heatOf(brief, grants)
    const last = kept.length >= limit ? kept[limit - 1] : undefined
    if (last && (heat < last.heat || (heat === last.heat && brief.name >= last.name))) return
    kept.push({ id: brief.id, backend: brief.backend, name: brief.name, heat })
    kept = kept.sort((a, b) => b.heat - a.heat || (a.name < b.name ? -1 : 1)).slice(0, limit)
  })
  return { items: kept.map(({ id, backend, name }) => ({ id, backend, name })), total }
}

const heatOf = ({ id, waiters }: Brief, grants: (id: string) => number): number =>
  (waiters ?? 0) * 1_000 + Math.min(999, grants(id))

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
