import type { Dialect } from './dialect.ts'
import { holder, sight } from './sight.ts'

const NAME = /^huey\.r\..+\.lock\.(.+)$/s

/** With the storage that expires; the other one keeps its locks among its results. Everybody writes 1. */
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
