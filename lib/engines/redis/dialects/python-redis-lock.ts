import type { Dialect } from './dialect.ts'
import { sight } from './sight.ts'

const PREFIX = 'lock:'
const TOKEN = /^[A-Za-z0-9+/]{24}$/

/** 18 random bytes in base64. Who waits is blocked on a list, and can't be told from others who are. */
export const pythonRedisLock: Dialect = {
  id: 'python-redis-lock',
  types: ['string'],
  lengths: [24],
  never: ['lock-signal:'],
  read(look) {
    if (look.text.length !== 24 || !look.name.startsWith(PREFIX) || !TOKEN.test(look.text)) return null
    return sight(look, { dialect: this.id, confidence: 'likely', name: look.name.slice(PREFIX.length) })
  },
}
