import type { Dialect } from './dialect.ts'
import { byName, holder, sight } from './sight.ts'
import { isHex32, type Made, madeAt } from './uuid.ts'

const ID = 'redis-py'

/**
 * redis-py's Lock and what is built on it: aioredis, django-redis, redbeat, tooz. The token is a UUID of version 1 that is made
 * when the lock is first asked for, which may be long before it is granted.
 */
export const redisPy: Dialect = {
  id: ID,
  types: ['string'],
  read(look) {
    const made = isHex32(look.text) ? madeAt(look.text, look.readAt) : null
    if (!made) return null
    const confidence = byName(look)
    return confidence && sight(look, { dialect: ID, confidence, holders: [holder(look, askedBy(made))] })
  },
}

/** The machine's network card is all that names it. */
export const askedBy = ({ at, card }: Made) => ({
  who: { host: card, labels: { asked: new Date(at).toISOString() } },
})
