import type { Clock } from './clock.ts'
import type { Ears } from './ears.ts'
import type { Ending } from './ending.ts'
import type { Handed } from './node.ts'

/** What wakes one waiter. It remembers what rings while nobody waits for it. */
export interface Bell {
  /** Forgets that it was told to ask: it is about to. */
  mute(): void
  /** The hand-over to this waiter, once. */
  takeHanded(): Handed | null
  /** Until it rings, at most `ms`, or until nobody wants to wait any more; whether it rang. */
  wait(ms: number, signal: AbortSignal | null, closing: Ending): Promise<boolean>
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
    wait: (ms, signal, closing) =>
      new Promise((resolve) => {
        if (rang() || signal?.aborted || closing.isOver) return resolve(rang())
        const done = () => {
          callOff()
          off()
          ring = () => {}
          signal?.removeEventListener('abort', done)
          resolve(rang())
        }
        const off = closing.on(done)
        const callOff = clock.after(Math.max(0, ms), done)
        ring = done
        signal?.addEventListener('abort', done, { once: true })
      }),
    hang() {
      offWake()
      offHanded()
    },
  }
}
