import type { Dialect } from './dialect.ts'
import { byName, holder, sight } from './sight.ts'

const TOKEN = /^(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9]{20}$/
/** `<app>-database-<name><slot>`; older ones have underlines, and the prefix may be left out or another. */
const SLOT = /^(?:.{0,100}?[-_]database[-_]:?)?(.*[^0-9])([1-9]\d{0,3})$/s
const DATABASE = /[-_]database[-_]/
/** Longer names are not looked through: they may be made to take long. */
const LONGEST_NAME = 1_024

/** One slot of a funnel: the name and a number, and 20 letters and digits. How many slots there are stands nowhere. */
export const laravelFunnel: Dialect = {
  id: 'laravel-funnel',
  types: ['string'],
  lengths: [20],
  read(look) {
    if (look.name.length > LONGEST_NAME || !TOKEN.test(look.text) || !(look.raw.expiry > 0)) return null
    const [, name = '', slot = ''] = SLOT.exec(look.name) ?? []
    const confidence = DATABASE.test(look.name) ? 'likely' : byName(look)
    if (slot === '' || !confidence) return null
    const holders = [holder(look, { who: { labels: { slot } } })]
    return sight(look, { dialect: this.id, confidence, kind: 'semaphore', name: name + slot, holders })
  },
}
