import type { Dialect, Look } from './dialect.ts'
import { byName, holder, sight } from './sight.ts'
import { isHex32, type Made, madeAt } from './uuid.ts'

/** Django puts a prefix, which is empty by default, and a version before its names. */
const DJANGO = /^:\d+:/
const REDBEAT = 'redbeat::lock'
const ONCE = 'qo_'

const madeBy = (look: Look): Made | null => (isHex32(look.text) ? madeAt(look.text, look.readAt) : null)

/**
 * The token is a UUID of version 1, made when the lock is first asked for, which may be long before it is granted. The
 * machine's network card is all that names it.
 */
const askedBy = (look: Look, { at, card }: Made) =>
  holder(look, { who: { host: card, labels: { asked: new Date(at).toISOString() } } })

/** redis-py's Lock and what is built on it: aioredis, tooz. */
export const redisPy: Dialect = {
  id: 'redis-py',
  types: ['string'],
  lengths: [32],
  read(look) {
    const made = madeBy(look)
    const confidence = made && byName(look)
    return confidence && sight(look, { dialect: this.id, confidence, holders: [askedBy(look, made)] })
  },
}

export const djangoRedis: Dialect = {
  id: 'django-redis',
  types: ['string'],
  lengths: [32],
  read(look) {
    const made = DJANGO.test(look.name) ? madeBy(look) : null
    const confidence = made && byName(look)
    const name = look.name.replace(DJANGO, '')
    return confidence && sight(look, { dialect: this.id, confidence, name, holders: [askedBy(look, made)] })
  },
}

/** Which of the beats is the one that sends tasks. */
export const redbeat: Dialect = {
  id: 'redbeat',
  types: ['string'],
  lengths: [32],
  prefixes: [REDBEAT],
  read(look) {
    const made = look.name === REDBEAT ? madeBy(look) : null
    if (!made) return null
    const holders = [askedBy(look, made)]
    return sight(look, { dialect: this.id, confidence: 'certain', kind: 'election', holders })
  },
}

/** Keeps a task from being queued twice. */
export const celeryOnce: Dialect = {
  id: 'celery-once',
  types: ['string'],
  lengths: [32],
  prefixes: [ONCE],
  read(look) {
    const made = look.name.startsWith(ONCE) ? madeBy(look) : null
    if (!made) return null
    const name = look.name.slice(ONCE.length)
    return sight(look, { dialect: this.id, confidence: 'certain', name, holders: [askedBy(look, made)] })
  },
}
