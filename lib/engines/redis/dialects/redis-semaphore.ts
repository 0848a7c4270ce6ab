import type { SeenHolder } from '../../../fleet/sighting.ts'
import type { Dialect, Look, Raw } from './dialect.ts'
import { clientOf, holder, shown, sight } from './sight.ts'
import { isUuid4 } from './uuid.ts'

const MUTEX = 'mutex:'
const SEMAPHORE = 'semaphore:'
const UUID_LENGTH = 36
const PERMIT = /^(?:_\d{1,9})?$/
/** Clients write their own time. */
const SKEW_MS = 60_000

type Zset = Extract<Raw, { type: 'zset' }>

/**
 * npm redis-semaphore. A mutex is a string that holds a UUID, and whatever its user adds to it; a semaphore is a sorted set of
 * UUIDs, scored with the holder's own time when it was granted or renewed, one member for each permit.
 */
export const redisSemaphore: Dialect = {
  id: 'redis-semaphore',
  types: ['string', 'zset'],
  prefixes: [MUTEX, SEMAPHORE],
  read(look) {
    const { raw, name } = look
    if (raw.type === 'zset') return name.startsWith(SEMAPHORE) ? semaphore(look, raw) : null
    if (!name.startsWith(MUTEX) || !isUuid4(look.text.slice(0, UUID_LENGTH))) return null
    const suffix = look.text.slice(UUID_LENGTH)
    if (suffix !== '' && !suffix.startsWith('-')) return null
    const label = suffix.length > 1 ? { label: shown(suffix.slice(1)) } : {}
    return sight(look, {
      ...{ dialect: this.id, confidence: 'likely', name: name.slice(MUTEX.length) },
      holders: [holder(look, label)],
    })
  },
}

function semaphore(look: Look, raw: Zset) {
  const latest = Math.max(...raw.members.map(([, score]) => score))
  if (!(raw.expiry > 0) || Math.abs(look.nodeNow - latest) > SKEW_MS + raw.expiry) return null
  const permits = new Map<string, { score: number; count: number }>()
  for (const [bytes, score] of raw.members) {
    const member = bytes.toString('latin1')
    const token = member.slice(0, UUID_LENGTH)
    if (!isUuid4(token) || !PERMIT.test(member.slice(UUID_LENGTH))) return null
    permits.set(token, { score, count: (permits.get(token)?.count ?? 0) + 1 })
  }
  // The key's time runs from the latest grant or renewal, so that the clocks of the clients need not be right.
  const holders = [...permits].flatMap(([token, { score, count }]) => {
    const remainingMs = Math.round(raw.expiry - (latest - score))
    return remainingMs > 0 ? sharer(look, token, { count, remainingMs }) : []
  })
  if (holders.length === 0) return null
  const about = { dialect: 'redis-semaphore', confidence: 'certain', kind: 'semaphore', holders } as const
  return sight(look, { ...about, permits: null, name: look.name.slice(SEMAPHORE.length) })
}

function sharer(
  look: Look,
  token: string,
  { count, remainingMs }: { count: number; remainingMs: number },
): SeenHolder {
  const timed = { remainingMs, remainingIs: 'exact' } as const
  if (count === 1) return holder(look, timed, token)
  const label = `${clientOf(look.digest(Buffer.from(token, 'latin1')))}, ${count} permits`
  return holder(look, { ...timed, label, who: { labels: { permits: String(count) } } }, token)
}
