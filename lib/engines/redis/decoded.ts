import type { SeenHolder, Sighting } from '../../fleet/sighting.ts'
import { Recent } from '../recent.ts'
import type { Raw } from './dialects/dialect.ts'
import { remainingOf } from './expiry.ts'

const MOST = 50_000

interface Known {
  text: string
  lasts: boolean
  sighting: Sighting
}

/**
 * What voters of one quorum have told a moment ago. Under one key all of them mostly have the same value, which then need not
 * be decoded for each: of a hold that ends with its key, and tells no time of its own, only that end is each voter's own.
 */
export class Decoded {
  readonly #recent = new Recent<Known>(MOST)

  /** Undefined when it has to be decoded. */
  recall(raw: Raw, readAt: number): Sighting | undefined {
    if (raw.type !== 'string' || raw.size !== raw.head.length) return undefined
    const known = this.#recent.get(raw.key.toString('latin1'))
    if (!known || known.lasts !== lasts(raw) || known.text !== raw.head.toString('latin1')) return undefined
    return withTimes(known.sighting, raw, readAt)
  }

  note(raw: Raw, sighting: Sighting): void {
    if (raw.type !== 'string' || raw.size !== raw.head.length || !endsWithKey(sighting, raw)) return
    const text = raw.head.toString('latin1')
    this.#recent.set(raw.key.toString('latin1'), { text, lasts: lasts(raw), sighting })
  }
}

/** What has no end, or is over, may be told in another way than what has one. */
const lasts = ({ expiry }: Raw): boolean => expiry > 0

function endsWithKey({ key, holders, waiters, gate }: Sighting, raw: Raw): boolean {
  const [holder, ...others] = holders
  const { remainingMs, remainingIs } = remainingOf(raw.expiry)
  return (
    holder !== undefined &&
    others.length === 0 &&
    holder.since === null &&
    holder.remainingMs === remainingMs &&
    holder.remainingIs === remainingIs &&
    !waiters.known &&
    !gate &&
    key === raw.key.toString('base64url')
  )
}

/** Written out: what is spread is slow to make and to read. */
function withTimes(known: Sighting, raw: Raw, readAt: number): Sighting {
  return {
    key: known.key,
    nameBytes: known.nameBytes,
    dialect: known.dialect,
    confidence: known.confidence,
    kind: known.kind,
    permits: known.permits ?? null,
    holders: known.holders.map((holder) => endingAt(holder, raw)),
    waiters: known.waiters,
    readAt,
  }
}

function endingAt(known: SeenHolder, { expiry }: Raw): SeenHolder {
  const { remainingMs, remainingIs } = remainingOf(expiry)
  return {
    tokenDigest: known.tokenDigest,
    label: known.label,
    identity: known.identity,
    since: known.since,
    sinceIs: known.sinceIs,
    fence: known.fence,
    remainingMs,
    remainingIs,
    ttlMs: known.ttlMs,
  }
}
