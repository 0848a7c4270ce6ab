import type { Dialect } from './dialect.ts'
import { sight } from './sight.ts'

const OWNER = /^(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9]{16}$/
/** Of jobs that must not be queued twice, or overlap, and of scheduled tasks. */
const SURE = /(?:laravel_unique_job:|laravel-queue-overlap:|framework\/schedule-[0-9a-f]{40})/
/** `<app>-database-<app>-cache-<name>`; older ones have underlines, and a colon after them. */
const CACHE = /^.*?[-_]database[-_].*?[-_]cache[-_]:?(.+)$/s

/** Longer names are not looked through: they may be made to take long. */
const LONGEST_NAME = 1_024

/** A cache lock: an owner of 16 letters and digits, under the prefixes of the connection and the cache. */
export const laravel: Dialect = {
  id: 'laravel',
  types: ['string'],
  lengths: [16],
  read(look) {
    if (look.name.length > LONGEST_NAME || !OWNER.test(look.text)) return null
    const [, name = look.name] = CACHE.exec(look.name) ?? []
    if (SURE.test(look.name)) return sight(look, { dialect: this.id, confidence: 'certain', name })
    return name === look.name ? null : sight(look, { dialect: this.id, confidence: 'likely', name })
  },
}
