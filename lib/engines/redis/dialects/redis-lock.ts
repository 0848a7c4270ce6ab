import type { Dialect } from './dialect.ts'
import { sight } from './sight.ts'

const PREFIX = 'lock.'
const EPOCH_MS = /^\d{13}$/
const SKEW_MS = 5_000

/** npm redis-lock writes when it ends; that this is when the key does is the proof. */
export const redisLock: Dialect = {
  id: 'redis-lock',
  types: ['string'],
  lengths: [13],
  read(look) {
    if (!look.name.startsWith(PREFIX) || !EPOCH_MS.test(look.text) || !(look.raw.expiry > 0)) return null
    if (Math.abs(Number(look.text) - look.nodeNow - look.raw.expiry) >= SKEW_MS) return null
    const name = look.name.slice(PREFIX.length)
    return sight(look, { dialect: this.id, confidence: 'certain', name })
  },
}
