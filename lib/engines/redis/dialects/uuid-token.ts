import type { Dialect, Look } from './dialect.ts'
import { byName, sight } from './sight.ts'
import { isUuid4 } from './uuid.ts'

/** Spring's registries have a name of their own before the lock's, and one UUID for all of their locks. */
const REGISTRY = /^([^:]*registry[^:]*):(.+)$/is
/** Longer names are not looked through: they may be made to take long. */
const LONGEST_NAME = 1_024
const REDLOCK = 'redlock:'

/** Libraries that leave nothing but a UUID under the lock's own name: redlock-rb, aioredlock, Upstash. */
export const uuidToken: Dialect = {
  id: 'uuid-token',
  types: ['string'],
  lengths: [36],
  read(look) {
    const confidence = isUuid4(look.text) ? byName(look) : null
    return confidence && sight(look, { dialect: this.id, confidence })
  },
}

/** RedLock.net, and Python's pottery, which can't be told from it. */
export const redlockNet: Dialect = {
  id: 'redlock-net',
  types: ['string'],
  lengths: [36],
  prefixes: [REDLOCK],
  read: (look) => after(look, REDLOCK, { dialect: 'redlock-net', confidence: 'likely' }),
}

export const springIntegration: Dialect = {
  id: 'spring-integration',
  types: ['string'],
  lengths: [36],
  read(look) {
    if (look.name.length > LONGEST_NAME || !isUuid4(look.text)) return null
    const [, registry = '', name = ''] = REGISTRY.exec(look.name) ?? []
    if (registry === '') return null
    return sight(look, { dialect: this.id, confidence: 'likely', name })
  },
}

/** Of its own name and one UUID: nothing else tells it. */
export function after(
  look: Look,
  prefix: string,
  about: { dialect: string; confidence: 'certain' | 'likely' },
) {
  if (!look.name.startsWith(prefix) || !isUuid4(look.text)) return null
  return sight(look, { ...about, name: look.name.slice(prefix.length) })
}
