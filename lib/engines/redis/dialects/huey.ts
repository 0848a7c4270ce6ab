import type { Dialect } from './dialect.ts'
import { holder, shown, sight } from './sight.ts'

const NAME = /^huey\.r\..+\.lock\.(.+)$/s
const RESULTS = 'huey.results.'
/** Behind the name of the huey. */
const FIELD = /^[a-z0-9_.-]{1,100}\.lock\.(.+)$/is

/** With the storage that expires. Everybody writes 1. */
export const huey: Dialect = {
  id: 'huey',
  types: ['string'],
  lengths: [1],
  prefixes: ['huey.r.'],
  lockOf: (name) => (NAME.test(name) ? name : null),
  read(look) {
    const [, name] = NAME.exec(look.name) ?? []
    if (name === undefined || look.text !== '1') return null
    // One token for all would make one holder of all.
    const holders = [holder(look, { label: '?' }, look.name)]
    return sight(look, { dialect: this.id, confidence: 'certain', name, holders })
  },
}

/**
 * With the usual storage the locked tasks stand in one hash among the results, and never end. They are told together, each by
 * the name of its lock, as long as all of the hash can be read.
 */
export const hueyResults: Dialect = {
  id: 'huey-results',
  types: ['hash'],
  prefixes: [RESULTS],
  read(look) {
    const { raw, name } = look
    if (raw.type !== 'hash' || !name.startsWith(RESULTS) || raw.fields.length < raw.size) return null
    const holders = raw.fields.flatMap(([field, value]) => {
      const [, lock] = FIELD.exec(field.toString('latin1')) ?? []
      if (lock === undefined || value.toString('latin1') !== '1') return []
      const who = { labels: { lock: shown(lock) } }
      const never = { remainingMs: null, remainingIs: 'none' } as const
      return holder(look, { label: shown(lock), who, ...never }, `${name} ${field.toString('latin1')}`)
    })
    if (holders.length === 0) return null
    return sight(look, {
      ...{ dialect: this.id, confidence: 'certain', kind: 'semaphore' },
      ...{ name: name.slice(RESULTS.length), holders },
    })
  },
}
