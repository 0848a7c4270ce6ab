import type { Dialect } from './dialect.ts'
import { holder, sight } from './sight.ts'

const NAME = /^SEMAPHORE:(.+):GRABBED$/s
const AVAILABLE = ':AVAILABLE'
const GRABBED = ':GRABBED'
const SECONDS = /^\d{9,11}(?:\.\d+)?$/

/** Ruby's redis-semaphore: numbered permits that are there, and a hash of those that were taken to when. Nobody says who. */
export const redisSemaphoreRuby: Dialect = {
  id: 'redis-semaphore-ruby',
  types: ['hash'],
  prefixes: ['SEMAPHORE:'],
  lockOf: (name) => name.replace(/:(?:AVAILABLE|EXISTS|VERSION)$/, GRABBED),
  beside(_, name) {
    const [, semaphore] = NAME.exec(name) ?? []
    return semaphore === undefined ? null : [`SEMAPHORE:${semaphore}${AVAILABLE}`]
  },
  read(look) {
    const [, name] = NAME.exec(look.name) ?? []
    const { raw } = look
    if (name === undefined || raw.type !== 'hash' || raw.fields.length === 0) return null
    if (raw.fields.some(([, taken]) => !SECONDS.test(taken.toString('latin1')))) return null
    const available = look.beside.get(`SEMAPHORE:${name}${AVAILABLE}`)
    const left = available?.type === 'list' ? available.size : 0
    const holders = raw.fields.map(([permit, taken]) => {
      const since = Math.round(Number(taken.toString('latin1')) * 1_000)
      const token = `${look.name} ${permit.toString('latin1')} ${since}`
      return holder(look, { label: '?', since, sinceIs: 'exact' }, token)
    })
    const about = { dialect: this.id, confidence: 'certain', kind: 'semaphore', name, holders } as const
    return sight(look, { ...about, permits: raw.size + left })
  },
}
