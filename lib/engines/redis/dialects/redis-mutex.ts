import type { Dialect } from './dialect.ts'
import { holder, sight } from './sight.ts'

const PREFIX = 'RedisMutex:'
const EPOCH_SECONDS = /^\d{9,11}(?:\.\d+)?$/

/** Ruby's redis-mutex writes when it ends, in seconds; the key itself stays. */
export const redisMutex: Dialect = {
  id: 'redis-mutex',
  types: ['string'],
  prefixes: [PREFIX],
  read(look) {
    if (!look.name.startsWith(PREFIX) || !EPOCH_SECONDS.test(look.text)) return null
    const remainingMs = Math.round(Number(look.text) * 1_000 - look.nodeNow)
    if (remainingMs <= 0) return null
    const name = look.name.slice(PREFIX.length)
    const holders = [holder(look, { remainingMs, remainingIs: 'exact' })]
    return sight(look, { dialect: this.id, confidence: 'certain', name, holders })
  },
}
