import type { KeyId, Sighting } from '../../fleet/sighting.ts'
import { toKeyId } from '../key-id.ts'
import type { Observer } from '../roles.ts'
import type { Connect } from './connect.ts'
import { LOCKKEEPER } from './dialects/lockkeeper.ts'
import { OWN_PREFIX } from './own-keys.ts'
import type { Budget } from './read-budget.ts'
import { ReadFailed } from './read-failed.ts'
import { trackChanges } from './track-changes.ts'
import { trackEvents } from './track-events.ts'

/** A part of the budget, in keys a second that are told of in vain. */
const IN_VAIN_SHARE = 0.1
const COUNT_MS = 1_000
/** So long nobody asks again for everything where too much changes. */
const TOO_MUCH_FOR_MS = 300_000
/** Those that nobody tells of are read in turn, once in this time if the budget has it. */
const ROUND_MS = 1_000
const POLL_EVERY_MS = 100
const POLLED_SHARE = 0.5

export interface ChangesOptions {
  to: string | Connect
  budget: Budget
  quorum: boolean
  /** What names begin with that are pinned. */
  prefixes: readonly string[]
  lockBehind(key: Buffer): Buffer | null
}

/** How an observer hears of changes. */
export interface Changes {
  watch: Observer['watch']
  /** What a sweep found; told as it goes. */
  sweepBegins(): void
  swept(sightings: readonly Sighting[]): void
  sweepEnds(): void
  lacks(): readonly string[]
}

/** Tracking needs nothing to be enabled, and is left out where it may not be asked for. */
const track: typeof trackChanges = (...asked) =>
  trackChanges(...asked).catch((refused) => {
    if (!(refused instanceof ReadFailed) || !refused.isRefused) throw refused
    return trackEvents(...asked).catch(() => {
      throw refused
    })
  })

/**
 * The locks of others have any name, so that changes of everything are listened to, unless too much of it is no lock: then
 * only those of ours and what is pinned are told, and the others that are known are read in turn.
 */
export function createChanges({ to, budget, quorum, prefixes, lockBehind }: ChangesOptions): Changes {
  let tooMuchUntil = Number.NEGATIVE_INFINITY
  let isRefused = false
  let polled: KeyId[] = []
  let found: KeyId[] | null = null
  const listensToAll = () => quorum || performance.now() > tooMuchUntil

  const watchAll = async (tell: (keys: KeyId[]) => void, onLost: (why: string) => void) => {
    let inVain = 0
    let since = performance.now()
    let isTooMuch = false
    let stop: (() => Promise<void>) | null = null
    const onKeys = (keys: Buffer[]) => {
      const locks = new Set<KeyId>()
      for (const key of keys) {
        const lock = lockBehind(key)
        if (lock) locks.add(toKeyId(lock))
        else inVain += 1
      }
      if (locks.size > 0) tell([...locks])
      const forMs = performance.now() - since
      if (forMs < COUNT_MS) return
      if (!quorum && !isTooMuch && inVain > (IN_VAIN_SHARE * budget.perSecond * forMs) / 1_000) {
        isTooMuch = true
        tooMuchUntil = performance.now() + TOO_MUCH_FOR_MS
        void stop?.()
        onLost('too much changes that is no lock')
      }
      inVain = 0
      since = performance.now()
    }
    stop = await track(to, [''], onKeys, onLost)
    if (isTooMuch) await stop()
    return stop
  }

  const watchSome = async (tell: (keys: KeyId[]) => void, onLost: (why: string) => void) => {
    const onKeys = (keys: Buffer[]) => {
      const locks = new Set(keys.flatMap((key) => lockBehind(key) ?? []).map(toKeyId))
      if (locks.size > 0) tell([...locks])
    }
    const stop = await track(to, [OWN_PREFIX, ...prefixes], onKeys, onLost)
    let at = 0
    const timer = setInterval(() => {
      const rounds = ROUND_MS / POLL_EVERY_MS
      const most = (POLLED_SHARE * budget.perSecond * POLL_EVERY_MS) / 1_000
      const count = Math.min(Math.ceil(polled.length / rounds), Math.floor(most))
      const keys = polled.slice(at, at + count)
      at = at + count < polled.length ? at + count : 0
      if (keys.length > 0) tell(keys)
    }, POLL_EVERY_MS)
    const again = setTimeout(() => {
      void end()
      onLost('time to listen to everything again')
    }, TOO_MUCH_FOR_MS)
    const end = async () => {
      clearInterval(timer)
      clearTimeout(again)
      await stop()
    }
    return end
  }

  return {
    async watch(onChange, onLost) {
      try {
        const stop = await (listensToAll() ? watchAll : watchSome)(onChange, onLost)
        isRefused = false
        return stop
      } catch (error) {
        isRefused = error instanceof ReadFailed && error.isRefused
        throw error
      }
    },
    sweepBegins() {
      found = listensToAll() ? null : []
    },
    swept(sightings) {
      for (const { key, dialect, confidence } of found ? sightings : [])
        if (dialect !== LOCKKEEPER && confidence !== 'candidate') found?.push(key)
    },
    sweepEnds() {
      polled = found ?? []
      found = null
    },
    lacks: () => (isRefused ? ['CLIENT TRACKING'] : []),
  }
}
