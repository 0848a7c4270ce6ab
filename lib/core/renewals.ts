import type { Clock } from './clock.ts'

export interface Renewable {
  readonly ttlMs: number
  /** Renews if it still can. Resolves when that has an answer; never rejects. */
  renewInTime(): Promise<void>
}

/** Renews what is held, all of one TTL in the same beat, so that they travel together. */
export interface Renewals {
  add(one: Renewable): void
  remove(one: Renewable): void
}

interface Beat {
  members: Set<Renewable>
  callOff: () => void
}

const PART_OF_TTL = 3
/** So many go at once; then the node gets a moment for others, but a silent one delays nobody. */
const AT_ONCE = 250
const MOMENT_MS = 20

export function createRenewals(clock: Clock): Renewals {
  const beats = new Map<number, Beat>()

  const renewAll = async (members: readonly Renewable[]) => {
    for (let at = 0; at < members.length; at += AT_ONCE) {
      const some = members.slice(at, at + AT_ONCE).map((one) => one.renewInTime())
      if (at + AT_ONCE >= members.length) return
      const enough = new AbortController()
      await Promise.race([Promise.all(some), clock.sleep(MOMENT_MS, enough.signal)])
      enough.abort()
    }
  }
  const next = (ttlMs: number, beat: Beat, beganAt: number) => {
    const due = beganAt + ttlMs / PART_OF_TTL
    beat.callOff = clock.after(Math.max(1, due - clock.now()), () => {
      const now = clock.now()
      void renewAll([...beat.members])
      // After a standstill the beats that were missed are not made up for.
      if (beat.members.size > 0) next(ttlMs, beat, Math.max(due, now - 1))
    })
  }
  return {
    add(one) {
      const beat = beats.get(one.ttlMs) ?? { members: new Set(), callOff: () => {} }
      if (beat.members.size === 0) {
        beats.set(one.ttlMs, beat)
        next(one.ttlMs, beat, clock.now())
      }
      beat.members.add(one)
    },
    remove(one) {
      const beat = beats.get(one.ttlMs)
      if (!beat?.members.delete(one) || beat.members.size > 0) return
      beat.callOff()
      beats.delete(one.ttlMs)
    },
  }
}
