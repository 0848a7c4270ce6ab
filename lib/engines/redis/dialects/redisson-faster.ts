import type { SeenHolder } from '../../../fleet/sighting.ts'
import type { Dialect, Look } from './dialect.ts'
import { holderOf } from './redisson.ts'
import { sight } from './sight.ts'

const END = ':expire_time'
const COUNT = ':lock_count'
const HOLDER = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}:-?\d{1,20}$/
/** The hash of what is locked, and behind it who did so. */
const HOLD = /^([^:]{1,64}):([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}:-?\d{1,20})$/
const EPOCH_MS = /^\d{12,14}$/
const TIMES = /^\d{1,10}$/

interface Hold {
  thing: string
  token: string
  endsAt: number
}

/** What one of them has: holds that were taken together end together. */
interface Share {
  things: number
  endsAt: number
  count: string
}

/**
 * Redisson's FasterMultiLock: one hash for a group of things. Each that is locked has its hash there with its holder, and beside
 * it when that hold ends and how often it was taken. Holders of different things don't exclude each other.
 */
export const redissonFaster: Dialect = {
  id: 'redisson-faster',
  types: ['hash'],
  read(look) {
    const { raw } = look
    if (raw.type !== 'hash' || !(raw.expiry > 0)) return null
    const fields = new Map(
      raw.fields.map(([field, value]) => [field.toString('latin1'), value.toString('latin1')]),
    )
    const holds = holdsIn(fields)
    if (!holds) return null
    const shares = sharesOf(holds, fields, look.nodeNow)
    const holders = Array.from(shares, ([token, share]) => sharer(look, token, share))
    if (holders.length === 0) return null
    return sight(look, { dialect: this.id, confidence: 'certain', kind: 'semaphore', holders })
  },
}

/** Null when anything else stands there, too. */
function holdsIn(fields: ReadonlyMap<string, string>): Hold[] | null {
  const holds: Hold[] = []
  for (const [field, value] of fields) {
    if (field.endsWith(END)) {
      const [, thing, token] = HOLD.exec(field.slice(0, -END.length)) ?? []
      if (thing === undefined || token === undefined || !EPOCH_MS.test(value)) return null
      holds.push({ thing, token, endsAt: Number(value) })
    } else if (field.endsWith(COUNT)) {
      if (!HOLD.test(field.slice(0, -COUNT.length)) || !TIMES.test(value)) return null
    } else if (!HOLDER.test(value)) return null
  }
  return holds.length > 0 ? holds : null
}

/** By holder. What ran out stays until somebody else takes it, and what that one had before stays beside it. */
function sharesOf(
  holds: readonly Hold[],
  fields: ReadonlyMap<string, string>,
  now: number,
): Map<string, Share> {
  const shares = new Map<string, Share>()
  for (const { thing, token, endsAt } of holds) {
    if (endsAt <= now || fields.get(thing) !== token) continue
    const count = fields.get(`${thing}:${token}${COUNT}`) ?? '1'
    const { things, endsAt: soonest } = shares.get(token) ?? { things: 0, endsAt }
    shares.set(token, { things: things + 1, endsAt: Math.min(endsAt, soonest), count })
  }
  return shares
}

function sharer(look: Look, token: string, { things, endsAt, count }: Share): SeenHolder {
  return holderOf(look, token, {
    count,
    labels: { things: String(things) },
    more: { remainingMs: endsAt - look.nodeNow, remainingIs: 'exact' },
  })
}
