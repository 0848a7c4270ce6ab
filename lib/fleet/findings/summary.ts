import type { Brief } from '../brief.ts'

/** So many names stand for all. */
const EXAMPLES = 3
const TOO_LONG_MS = 3_600_000
const OURS = 'lockkeeper'

export interface Group {
  readonly count: number
  readonly examples: readonly string[]
}

export const TRAITS = [
  'noTtl',
  'tooLong',
  'beyondMax',
  'silent',
  'partial',
  'split',
  'sharedLease',
  'unfenced',
  'fenceWentDown',
  'unsafe',
] as const
export type Trait = (typeof TRAITS)[number]

/** What the locks of one backend look like, taken together. */
export interface Summary extends Readonly<Record<Trait, Group>> {
  readonly held: number
  /** Of those held locks that tell their TTL; null when none does. */
  readonly shortest: { readonly name: string; readonly ttlMs: number } | null
}

class Counted implements Group {
  count = 0
  readonly examples: string[] = []

  add(name: string): void {
    this.count += 1
    if (this.examples.length < EXAMPLES) this.examples.push(name)
  }
}

type Counts = Record<Trait, Counted> & { held: number; shortest: Summary['shortest'] }

const none = (): Counts => ({
  held: 0,
  shortest: null,
  noTtl: new Counted(),
  tooLong: new Counted(),
  beyondMax: new Counted(),
  silent: new Counted(),
  partial: new Counted(),
  split: new Counted(),
  sharedLease: new Counted(),
  unfenced: new Counted(),
  fenceWentDown: new Counted(),
  unsafe: new Counted(),
})

export const NO_LOCKS: Summary = none()

/** Fed lock by lock, so that whoever has very many can do it in portions. */
export class Summaries {
  readonly #byBackend = new Map<string, Counts>()
  readonly #maxTtlMs: (backend: string) => number | undefined
  readonly #now: number

  constructor(now: number, maxTtlMs: (backend: string) => number | undefined = () => undefined) {
    this.#now = now
    this.#maxTtlMs = maxTtlMs
  }

  of(backend: string): Summary {
    return this.#byBackend.get(backend) ?? NO_LOCKS
  }

  add(brief: Brief): void {
    if (brief.confidence === 'candidate') return
    const { name } = brief
    const counts = this.#countsOf(brief.backend)
    if (brief.state === 'held') this.#addHeld(brief, counts)
    for (const verdict of brief.verdicts) {
      if (verdict === 'no-ttl') counts.noTtl.add(name)
      else if (verdict === 'holder-silent') counts.silent.add(name)
      else if (verdict === 'partial') counts.partial.add(name)
      else if (verdict === 'split') counts.split.add(name)
      else if (verdict === 'shared-lease') counts.sharedLease.add(name)
      else if (verdict === 'fence-went-down') counts.fenceWentDown.add(name)
      else if (verdict === 'unsafe-releaser') counts.unsafe.add(name)
    }
  }

  #countsOf(backend: string): Counts {
    const known = this.#byBackend.get(backend)
    if (known) return known
    const made = none()
    this.#byBackend.set(backend, made)
    return made
  }

  #addHeld({ name, backend, dialect, endsAt, fence, kind, ttl }: Brief, counts: Counts): void {
    counts.held += 1
    if (ttl !== null && ttl < (counts.shortest?.ttlMs ?? Number.POSITIVE_INFINITY))
      counts.shortest = { name, ttlMs: ttl }
    if (fence === null && kind === 'mutex') counts.unfenced.add(name)
    if (endsAt === null || !Number.isFinite(endsAt)) return
    const left = endsAt - this.#now
    const most = this.#maxTtlMs(backend)
    // What is longer than we would ever grant was stretched by a clock that went back, or by somebody's hand.
    if (dialect === OURS && most !== undefined && left > most + 1_000) counts.beyondMax.add(name)
    else if (left > TOO_LONG_MS) counts.tooLong.add(name)
  }
}
