import type { Dialect } from './dialect.ts'
import { holder, shown, sight } from './sight.ts'

const VALUE =
  /^ADDED:(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z)@(.+?)(?::[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})?$/
const NAME = /^job-lock:[^:]+:/

/** Says when, and on which machine. It may be there after the task has ended, until the shortest time that it locks for. */
export const shedlock: Dialect = {
  id: 'shedlock',
  types: ['string'],
  prefixes: ['job-lock:'],
  read(look) {
    if (!look.text.startsWith('ADDED:')) return null
    const [, time = '', host = ''] = VALUE.exec(look.text) ?? []
    const since = Date.parse(time)
    if (Number.isNaN(since)) return null
    const known = { label: shown(host), since, sinceIs: 'exact', who: { host: shown(host) } } as const
    return sight(look, {
      ...{ dialect: this.id, confidence: 'certain', name: look.name.replace(NAME, '') },
      holders: [holder(look, known)],
    })
  },
}
