import type { Confidence, Identity, LockKind } from '../../../fleet/lock.ts'
import { showName } from '../../../fleet/names.ts'
import type { SeenHolder, SeenWaiter, Sighting } from '../../../fleet/sighting.ts'
import { toKeyId } from '../../key-id.ts'
import { remainingOf } from '../expiry.ts'
import type { Look } from './dialect.ts'
import { saysLock } from './lock-words.ts'

const LONGEST_SHOWN = 100

interface About {
  dialect: string
  confidence: Confidence
  /** What the library's user called it, latin1; without it the key. */
  name?: string
  kind?: LockKind
  permits?: number | null
  /** Without it whoever wrote the value. */
  holders?: SeenHolder[]
  waiters?: SeenWaiter[]
  /** Who waits behind those that were read. */
  unread?: number
  /** Waiters who gave up, or died, and have left their places. */
  dead?: number
}

export function sight(look: Look, about: About): Sighting {
  const { raw } = look
  const bytes = about.name === undefined ? raw.key : Buffer.from(about.name, 'latin1')
  const { waiters, dead, unread = 0 } = about
  const left = dead ? { dead } : {}
  return {
    key: toKeyId(raw.key),
    nameBytes: bytes.toString('base64'),
    dialect: about.dialect,
    confidence: about.confidence,
    kind: about.kind ?? 'mutex',
    permits: isCount(about.permits) ? about.permits : null,
    holders: about.holders ?? [holder(look)],
    waiters: waiters
      ? { known: true, count: waiters.length + unread, list: waiters, ...left }
      : { known: false },
    readAt: look.readAt,
  }
}

interface Known extends Partial<Omit<SeenHolder, 'identity'>> {
  /** As far as the format tells, which is seldom everything. */
  who?: Partial<Identity>
}

/** Whoever's token it is; without one whoever wrote the value. It has the key's time, unless something better is known. */
export function holder(look: Look, { who, ...known }: Known = {}, token?: string): SeenHolder {
  const tokenDigest = look.digest(token === undefined ? wholeValue(look) : Buffer.from(token, 'latin1'))
  const client = clientOf(tokenDigest)
  const timed = timeOf(look, known)
  const since = isDate(known.since) ? known.since : null
  // Written out: objects that are spread into are slow to read where there are many of them.
  return {
    tokenDigest,
    label: known.label ?? client,
    identity: who ? { ...NOBODY, service: client, ...who } : null,
    since,
    sinceIs: since === null ? 'unknown' : (known.sinceIs ?? 'unknown'),
    fence: known.fence ?? null,
    remainingMs: timed.remainingMs,
    remainingIs: timed.remainingIs,
    ttlMs: known.ttlMs ?? null,
  }
}

/** Numbers may be anything that somebody wrote, also what is no date with four digits in its year, or no count. */
const LATEST = Date.UTC(9999, 0)
const isDate = (at: number | null | undefined): at is number =>
  typeof at === 'number' && at >= 0 && at <= LATEST
const isCount = (permits: number | null | undefined): permits is number =>
  Number.isSafeInteger(permits) && (permits ?? 0) > 0

function timeOf({ raw }: Look, { remainingMs, remainingIs }: Known): ReturnType<typeof remainingOf> {
  if (remainingIs === undefined) return remainingOf(raw.expiry)
  if (remainingIs === 'exact') return remainingOf(Math.max(0, remainingMs ?? 0))
  return { remainingMs: remainingMs ?? null, remainingIs }
}

/** What stands for a name where the format has none: holds of one token can be told from those of another. */
export const clientOf = (digest: string): string => `client ${digest.slice(0, 6)}`

const NOBODY: Identity = {
  service: '?',
  host: null,
  pid: null,
  version: null,
  link: null,
  labels: {},
  process: null,
}

/** What somebody wrote into a store, safe to be shown and not long. Latin1, as it was read. */
export const shown = (text: string): string => showName(Buffer.from(text.slice(0, LONGEST_SHOWN), 'latin1'))

const wholeValue = ({ raw }: Look): Buffer => (raw.type === 'string' ? raw.head : Buffer.alloc(0))

/** How sure one can be of a value that only looks like a token; null when too little speaks for it. */
export function byName(look: Look): Confidence | null {
  if (look.raw.type === 'string' && look.raw.size !== look.raw.head.length) return null
  if (saysLock(look.raw.key)) return 'likely'
  return look.raw.expiry > 0 ? 'candidate' : null
}
