import type { Member } from './members.ts'

/** A member, and when it was last heard. */
export interface Seat {
  readonly member: Member
  heardAt: number
  /** It did not answer where another one did, or nobody listens there. */
  silent: boolean
}

const ASK_AGAIN_MS = 1_000

/** Who of the members answers. Silent ones are asked in the background, so that nobody waits for them. */
export interface Liveness {
  /** The one in use first, those that were silent last. */
  order(): readonly Seat[]
  heard(seat: Seat): void
  silent(seat: Seat): void
  close(): void
}

export function watchLiveness(
  members: readonly Member[],
  isThere: (seat: Seat, withinMs: number) => Promise<unknown>,
): Liveness {
  const seats = members.map((member): Seat => ({ member, heardAt: Number.NEGATIVE_INFINITY, silent: false }))
  let inUse = 0
  let timer: NodeJS.Timeout | undefined
  let closed = false

  const inTurn = (): Seat[] => [...seats.slice(inUse), ...seats.slice(0, inUse)]
  const askSilent = () => {
    if (timer || closed || !seats.some((seat) => seat.silent)) return
    timer = setTimeout(async () => {
      await Promise.allSettled(seats.filter((seat) => seat.silent).map((seat) => isThere(seat, ASK_AGAIN_MS)))
      timer = undefined
      askSilent()
    }, ASK_AGAIN_MS)
    timer.unref()
  }
  return {
    order: () => inTurn().sort((a, b) => Number(a.silent) - Number(b.silent)),
    heard(seat) {
      seat.heardAt = performance.now()
      seat.silent = false
    },
    silent(seat) {
      seat.silent = true
      const others = inTurn().filter((other) => !other.silent)
      const [latest] = others.sort((a, b) => b.heardAt - a.heardAt)
      if (latest) inUse = seats.indexOf(latest)
      askSilent()
    },
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}
