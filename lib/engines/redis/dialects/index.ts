import type { Confidence } from '../../../fleet/lock.ts'
import type { Sighting } from '../../../fleet/sighting.ts'
import { LONGEST_TOKEN } from '../read-sizes.ts'
import { bull, bullmq } from './bull.ts'
import { type Beside, type Dialect, HEAD_BYTES, type Look, type Raw, type Seen } from './dialect.ts'
import { distributedLock, distributedReadWrite } from './distributed-lock.ts'
import { huey, hueyResults } from './huey.ts'
import { laravel } from './laravel.ts'
import { laravelFunnel } from './laravel-funnel.ts'
import {
  activejobUniqueness,
  asynq,
  celerySingleton,
  hangfire,
  lock4j,
  medusa,
  rq,
  simpleRedisMutex,
} from './prefixed.ts'
import { pythonRedisLock } from './python-redis-lock.ts'
import {
  bsmRedislock,
  goZero,
  redislock,
  redlockPy,
  redlockUniversal,
  redsync,
  rslock,
  warlock,
} from './random-token.ts'
import { redisLock } from './redis-lock.ts'
import { redisMutex } from './redis-mutex.ts'
import { celeryOnce, djangoRedis, redbeat, redisPy } from './redis-py.ts'
import { redisSemaphore } from './redis-semaphore.ts'
import { redisSemaphoreRuby } from './redis-semaphore-ruby.ts'
import { redisson } from './redisson.ts'
import { redissonFaster } from './redisson-faster.ts'
import { redissonPermits } from './redisson-permits.ts'
import { redlock } from './redlock.ts'
import { NO_DIALECT, router } from './route.ts'
import { rueidislock } from './rueidislock.ts'
import { shedlock } from './shedlock.ts'
import { sidekiqUniqueJobs } from './sidekiq-unique-jobs.ts'
import { sight } from './sight.ts'
import { symfony } from './symfony.ts'
import { redlockNet, springIntegration, uuidToken } from './uuid-token.ts'

/** Those that are known by their layout come before those that are known by the shape of a token. */
const DIALECTS: readonly Dialect[] = [
  redisson,
  redissonFaster,
  redissonPermits,
  sidekiqUniqueJobs,
  symfony,
  bullmq,
  bull,
  shedlock,
  redbeat,
  celeryOnce,
  celerySingleton,
  simpleRedisMutex,
  medusa,
  lock4j,
  hangfire,
  activejobUniqueness,
  asynq,
  rq,
  huey,
  hueyResults,
  rueidislock,
  redisMutex,
  redisSemaphoreRuby,
  redisLock,
  warlock,
  redisSemaphore,
  distributedLock,
  distributedReadWrite,
  laravel,
  laravelFunnel,
  redlockNet,
  springIntegration,
  pythonRedisLock,
  djangoRedis,
  redisPy,
  redlock,
  redlockUniversal,
  redsync,
  bsmRedislock,
  redlockPy,
  redislock,
  uuidToken,
  goZero,
  rslock,
]

const BY_ID = new Map(DIALECTS.map((dialect) => [dialect.id, dialect]))
const NOBODY: readonly Dialect[] = []
const BY_TYPE = new Map<Raw['type'], readonly Dialect[]>()
for (const type of new Set(DIALECTS.flatMap(({ types }) => types)))
  BY_TYPE.set(
    type,
    DIALECTS.filter(({ types }) => types.includes(type)),
  )
const ASKING_BY_TYPE = new Map(
  [...BY_TYPE].map(([type, dialects]) => [type, dialects.filter((each) => each.beside)]),
)
const OF_STRINGS: readonly (readonly Dialect[])[] = Array.from({ length: HEAD_BYTES + 1 }, (_, length) =>
  (BY_TYPE.get('string') ?? NOBODY).filter(({ lengths }) => lengths?.includes(length) ?? true),
)

/** Who may know it: most formats of strings have one length. */
const knowersOf = (raw: Raw): readonly Dialect[] =>
  (raw.type === 'string' ? OF_STRINGS[raw.head.length] : BY_TYPE.get(raw.type)) ?? NOBODY

/** What a name may be pinned to, beside `none`. */
export const dialectIds: readonly string[] = [...BY_ID.keys()].sort()

export const routeOf = router(DIALECTS)

/** Everything that any dialect wants to know before it says whether this is its lock. */
export function besideOf(raw: Raw): Beside | null {
  const asking = ASKING_BY_TYPE.get(raw.type)
  if (!asking || asking.length === 0) return null
  const name = raw.key.toString('latin1')
  let keys: Set<string> | null = null
  for (const dialect of asking) {
    const wanted = dialect.beside?.(raw, name)
    if (!wanted) continue
    keys ??= new Set()
    for (const key of wanted) keys.add(key)
  }
  return keys && { keys: Array.from(keys, (key) => Buffer.from(key, 'latin1')) }
}

const RANK: Record<Confidence, number> = { certain: 3, likely: 2, candidate: 1 }

/** The most certain of what the dialects say; what the operator pinned is certain, and nothing else is asked. */
export function sightingOf(seen: Seen): Sighting | null {
  const { raw, pinned } = seen
  if (pinned === NO_DIALECT) return null
  const look = lookAt(seen)
  if (pinned !== null) return pinnedSighting(look, pinned)
  let best: Sighting | null = null
  for (const dialect of knowersOf(raw)) {
    const sighting = dialect.read(look)
    if (!sighting || (best && RANK[sighting.confidence] <= RANK[best.confidence])) continue
    best = sighting
    if (best.confidence === 'certain') break
  }
  return best
}

/** Written out: it is made for every key that is read, and an object that is spread into takes long. */
const lookAt = (seen: Seen): Look => ({
  raw: seen.raw,
  beside: seen.beside,
  nodeNow: seen.nodeNow,
  readAt: seen.readAt,
  pinned: seen.pinned,
  digest: seen.digest,
  name: seen.raw.key.toString('latin1'),
  text: seen.raw.type === 'string' ? seen.raw.head.toString('latin1') : '',
})

/** A string that is pinned to a dialect is a lock of it, also with a token that is not the library's own. */
function pinnedSighting(look: Look, pinned: string): Sighting | null {
  const dialect = BY_ID.get(pinned)
  const { raw } = look
  if (!dialect?.types.includes(raw.type)) return null
  const sighting = dialect.read(look)
  if (sighting) return { ...sighting, confidence: 'certain' }
  const isToken = raw.type === 'string' && raw.size > 0 && raw.size <= LONGEST_TOKEN
  return isToken ? sight(look, { dialect: pinned, confidence: 'certain' }) : null
}
