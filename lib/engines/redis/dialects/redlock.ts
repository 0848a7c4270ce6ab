import type { Dialect } from './dialect.ts'
import { byName, sight } from './sight.ts'
import { isHex32, madeAt } from './uuid.ts'

export const REDLOCK = 'redlock'

/**
 * npm redlock 4 and 5 and their forks, redlock-universal: the resource's own name, and 32 random lower-case hex digits. They
 * leave no trace of who holds it and who waits. So do PyPI's redlock and lock4j, whose digits are those of a UUID.
 */
export const redlock: Dialect = {
  id: REDLOCK,
  types: ['string'],
  lengths: [32],
  read(look) {
    if (!isHex32(look.text) || madeAt(look.text, look.readAt)) return null
    const confidence = byName(look)
    return confidence && sight(look, { dialect: REDLOCK, confidence })
  },
}
