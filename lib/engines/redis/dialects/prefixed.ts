import type { LockKind } from '../../../fleet/lock.ts'
import { LONGEST_TOKEN } from '../read-sizes.ts'
import type { Dialect } from './dialect.ts'
import { holder, sight } from './sight.ts'
import { isHex32, isUuid4 } from './uuid.ts'

interface Layout {
  id: string
  prefixes: readonly string[]
  /** Whether the value is what the library writes there. */
  fits(text: string, name: string): boolean
  kind?: LockKind
  /** What everybody writes who does not say who he is. */
  anonymous?: string
}

/** Libraries whose names begin with what nobody else's do: with a fitting value there is no doubt. */
const prefixed = ({ id, prefixes, fits, kind = 'mutex', anonymous }: Layout): Dialect => ({
  id,
  types: ['string'],
  prefixes,
  read(look) {
    const prefix = prefixes.find((each) => look.name.startsWith(each))
    const { size } = look.raw
    if (prefix === undefined || size === 0 || size > LONGEST_TOKEN || !fits(look.text, look.name)) return null
    const name = look.name.slice(prefix.length)
    // One token for all would make one holder of all.
    const nobody = look.text === anonymous ? { holders: [holder(look, { label: '?' }, look.name)] } : {}
    return sight(look, { dialect: id, confidence: 'certain', kind, name, ...nobody })
  },
})

/** Says what was done to get it, or what its user calls himself. */
export const medusa = prefixed({ id: 'medusa', prefixes: ['medusa_lock:'], fits: () => true, anonymous: '*' })

export const lock4j = prefixed({ id: 'lock4j', prefixes: ['lock4j:'], fits: isHex32 })

const HANGFIRE = ['{hangfire}:', 'hangfire:']
export const hangfire: Dialect = {
  ...prefixed({ id: 'hangfire', prefixes: HANGFIRE, fits: isUuid4 }),
  never: HANGFIRE.flatMap((prefix) => [`${prefix}job:`, `${prefix}stats:`]),
}

export const activejobUniqueness = prefixed({
  id: 'activejob-uniqueness',
  prefixes: ['activejob_uniqueness:'],
  fits: isUuid4,
})

/** The id of the task is the token. */
export const celerySingleton = prefixed({
  id: 'celery-singleton',
  prefixes: ['SINGLETONLOCK_'],
  fits: (text, name) => isUuid4(text) && /_[0-9a-f]{32}$/.test(name),
})

const UNIQUE_TASK = /^asynq:\{[^}]+\}:unique:/
export const asynq: Dialect = {
  ...prefixed({
    id: 'asynq',
    prefixes: ['asynq:{'],
    fits: (_, name) => UNIQUE_TASK.test(name),
    kind: 'job',
  }),
  // Its tasks begin alike, and there are very many of them.
  lockOf: (name) => (UNIQUE_TASK.test(name) ? name : null),
}

/** The scheduler's own name is the token. */
export const rq = prefixed({ id: 'rq', prefixes: ['rq:scheduler-lock:'], fits: () => true })

export const simpleRedisMutex = {
  ...prefixed({
    id: 'simple-redis-mutex',
    prefixes: ['@simple-redis-mutex:lock-'],
    fits: (text) => /^0\.\d{1,20}$/.test(text),
  }),
  never: ['@simple-redis-mutex:fencing-tokens'],
}
