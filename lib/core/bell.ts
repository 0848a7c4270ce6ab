import type { Clock } from './clock.ts'
import type { Ears } from './ears.ts'
import type { Handed } from './node.ts'

/** What wakes one waiter. It remembers what rings while nobody waits for it. */
export interface Bell {
  /** Forgets that it was told to ask: it is about to. */
  mute(): void
  /** The hand-over to this waiter, once. */
  takeHanded(): Handed | null
  /** Until it rings, at most `ms`, or until one of the signals aborts; whether it rang. */
  wait(ms: number, ...signals: (AbortSignal | null)[]): Promise<boolean>
  hang(): void
}

export function createBell(ears: Ears, clock: Clock, name: string, token: string): Bell {
  let woken = false
  let handed: Handed | null = null
  let ring = () => {}
  const offWake = ears.onWake(name, token, () => {
    woken = true
    ring()
  })
  const offHanded = ears.onHanded(token, (one) => {
    handed = one
    ring()
  })
  const rang = () => woken || handed !== null
  return {
    mute() {
      woken = false
    },
    takeHanded() {
      const taken = handed
      handed = null
      return taken
    },
    wait: (ms, ...signals) =>
      new Promise((resolve) => {
        if (rang() || signals.some((signal) => signal?.aborted)) return resolve(rang())
        const done = () => {
          callOff()
          ring = () => {}
          for (const signal of signals) signal?.removeEventListener('abort', done)
          resolve(rang())
        }
        const callOff = clock.after(Math.max(0, ms), done)
        ring = done
        for (const signal of signals) signal?.addEventListener('abort', done, { once: true })
      }),
    hang() {
      offWake()
      offHanded()
    },
  }
}
