import type { NewEvent } from '../fleet/event.ts'
import type { Family } from './metric-text.ts'

const BUCKETS_SECONDS = [
  ...[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800],
] as const

/** The dialect of our own library: only it tells exactly when a hold began. */
const OURS = 'lockkeeper'
const ENDS_HOLD: ReadonlySet<string> = new Set(['released', 'expired', 'ended'])

interface Histogram {
  /** One for each bucket, each event in one of them; what is longer than all is only in `count`. */
  counts: number[]
  sumSeconds: number
  count: number
}

/** On a quorum who got the lock leaves the queue so much later, at most. */
const LEAVES_WITHIN_MS = 2_000

/** How long locks of ours were held and waited for since the console started, by backend. */
export interface HoldTimes {
  note(event: NewEvent): void
  families(): Family[]
}

export function openHoldTimes(): HoldTimes {
  const holds = new Map<string, Histogram>()
  const waits = new Map<string, Histogram>()
  const lately = new Grants()
  return {
    note(event) {
      const { kind, backend, dialect, lastedMs } = event
      if (dialect !== OURS || backend === null) return
      if (kind === 'granted' && lastedMs == null) lately.add(event)
      if (typeof lastedMs !== 'number') return
      if (ENDS_HOLD.has(kind)) add(holds, backend, lastedMs / 1_000)
      else if (kind === 'granted') add(waits, backend, lastedMs / 1_000)
      else if (kind === 'gave-up') {
        const agoMs = lately.take(event)
        if (agoMs !== null) add(waits, backend, Math.max(0, lastedMs - agoMs) / 1_000)
      }
    },
    families: () => [
      familyOf('lockkeeper_hold_seconds', 'How long locks of this library were held.', holds),
      familyOf('lockkeeper_wait_seconds', 'How long those who got such a lock had waited.', waits),
    ],
  }
}

/**
 * On a quorum a waiter stands in the queue under another token than it holds under: it gets the lock, then leaves the queue.
 * Whoever leaves right after a grant to the same name did not give up.
 */
class Grants {
  readonly #at = new Map<string, number>()

  add(event: NewEvent): void {
    const at = Date.parse(event.at)
    this.#forgetBefore(at - LEAVES_WITHIN_MS)
    this.#at.delete(keyOf(event))
    this.#at.set(keyOf(event), at)
  }

  /** How long ago that grant was; null when there was none lately. */
  take(event: NewEvent): number | null {
    const grantedAt = this.#at.get(keyOf(event))
    if (grantedAt === undefined) return null
    this.#at.delete(keyOf(event))
    const agoMs = Date.parse(event.at) - grantedAt
    return agoMs > LEAVES_WITHIN_MS ? null : agoMs
  }

  /** The oldest come first. */
  #forgetBefore(limit: number): void {
    for (const [key, at] of this.#at) {
      if (at >= limit) break
      this.#at.delete(key)
    }
  }
}

const keyOf = ({ lock, label }: NewEvent): string => `${lock} ${label}`

function add(all: Map<string, Histogram>, backend: string, seconds: number): void {
  const histogram = all.get(backend) ?? { counts: BUCKETS_SECONDS.map(() => 0), sumSeconds: 0, count: 0 }
  all.set(backend, histogram)
  const bucket = BUCKETS_SECONDS.findIndex((most) => seconds <= most)
  if (bucket >= 0) histogram.counts[bucket] = (histogram.counts[bucket] ?? 0) + 1
  histogram.sumSeconds += seconds
  histogram.count += 1
}

const familyOf = (name: string, help: string, all: ReadonlyMap<string, Histogram>): Family => ({
  ...{ name, help, type: 'histogram' },
  samples: [...all].flatMap(([backend, { counts, sumSeconds, count }]) => {
    let upTo = 0
    const buckets = BUCKETS_SECONDS.map((most, index) => {
      upTo += counts[index] ?? 0
      return { suffix: '_bucket', labels: { backend, le: String(most) }, value: upTo }
    })
    return [
      ...buckets,
      { suffix: '_bucket', labels: { backend, le: '+Inf' }, value: count },
      { suffix: '_sum', labels: { backend }, value: sumSeconds },
      { suffix: '_count', labels: { backend }, value: count },
    ]
  }),
})
