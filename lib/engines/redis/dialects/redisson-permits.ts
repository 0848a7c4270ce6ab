import type { Dialect } from './dialect.ts'
import { namedBy, tagged } from './redisson.ts'
import { holder, sight } from './sight.ts'

const TIMEOUT = ':timeout'
const PERMIT_LENGTH = 16
/** The score of a permit without an end. */
const NEVER = 922_337_203_685_477
const LONGEST_NUMBER = 10
const NUMBER = /^-?\d{1,9}$/

/** Redisson's semaphore whose permits expire: how many are left, and beside it a sorted set of those that were given. */
export const redissonPermits: Dialect = {
  id: 'redisson-permits',
  types: ['string'],
  suffixes: [TIMEOUT],
  lockOf: (name) => (name.endsWith(TIMEOUT) ? namedBy(name.slice(0, -TIMEOUT.length)) : null),
  beside: (raw, name) =>
    raw.type === 'string' && raw.size <= LONGEST_NUMBER && NUMBER.test(raw.head.toString('latin1'))
      ? [tagged(name) + TIMEOUT]
      : null,
  read(look) {
    if (look.beside.size === 0) return null
    const given = look.beside.get(tagged(look.name) + TIMEOUT)
    if (given?.type !== 'zset' || !NUMBER.test(look.text)) return null
    if (given.members.some(([permit]) => permit.length !== PERMIT_LENGTH)) return null
    const holders = given.members.flatMap(([permit, end]) => {
      const token = permit.toString('latin1')
      if (end >= NEVER) return holder(look, { remainingMs: null, remainingIs: 'none' }, token)
      const remainingMs = Math.round(end - look.nodeNow)
      return remainingMs > 0 ? holder(look, { remainingMs, remainingIs: 'exact' }, token) : []
    })
    if (holders.length === 0) return null
    const about = { dialect: this.id, confidence: 'certain', kind: 'semaphore', holders } as const
    // Those whose time is over are given back by whoever asks next.
    const permits = Number(look.text) + given.size
    return sight(look, { ...about, permits: permits > 0 ? permits : null })
  },
}
