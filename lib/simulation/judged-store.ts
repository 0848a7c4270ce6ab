import {
  closedBy,
  liveWaiters,
  type MemoryHold,
  type MemoryLock,
  type MemoryWaiter,
} from '../engines/memory/lock.ts'
import { MemoryStore } from '../engines/memory/store.ts'
import type { Judge } from './judge.ts'

interface Before {
  holds: readonly MemoryHold[]
  waiting: readonly MemoryWaiter[]
  isClosed: boolean
}

/** A store that is watched at every command: what it grants, to whom and when. */
export class JudgedStore extends MemoryStore {
  readonly id: string
  readonly #alone: boolean
  readonly #judge: Judge
  /** Until when what was asked with a token may be granted, by the clock of this store. */
  readonly #notAfter = new Map<string, number>()

  constructor(
    id: string,
    alone: boolean,
    judge: Judge,
    now: () => number,
    sleep: (ms: number) => Promise<void>,
  ) {
    super({ now, sleep })
    this.id = id
    this.#alone = alone
    this.#judge = judge
    this.marker = true
  }

  sends(token: string, withinMs: number): void {
    const notAfter = this.now() + withinMs
    this.#notAfter.set(token, Math.max(notAfter, this.#notAfter.get(token) ?? 0))
  }

  override use<T>(name: string, work: (lock: MemoryLock) => T): T {
    return super.use(name, (lock) => {
      const now = this.now()
      const before: Before = {
        holds: lock.holds.slice(),
        waiting: liveWaiters(lock, now),
        isClosed: closedBy(lock, now) !== null,
      }
      const result = work(lock)
      let { waiting } = before
      for (const hold of lock.holds) {
        if (before.holds.includes(hold)) continue
        this.#granted(name, lock, hold, { ...before, waiting })
        waiting = waiting.filter(({ ticket }) => ticket !== hold.token)
      }
      this.#judge.trace?.(`${this.id} ${name}`, () => tell(before, lock))
      return result
    })
  }

  #granted(name: string, lock: MemoryLock, hold: MemoryHold, { waiting, isClosed }: Before): void {
    const { token, slot, permits, owner } = hold
    const blame = (says: string) => this.#judge.blame(`${this.id} ${says}: ${name} to ${owner.service}`)
    this.#judge.tally.count('votes granted')
    if (isClosed && closedBy(lock, this.now())) blame('granted while its gate was closed')
    const rivals = lock.holds.filter((one) => one.slot === slot)
    if (rivals.length > (this.#alone ? permits : 1)) blame('granted more than there is')
    const place = placeIn(
      waiting.filter((waiter) => waiter.permits === permits),
      token,
      lock,
    )
    if (this.#alone && place !== 0 && place !== null) blame('granted out of turn')
    const wasHandedOver = this.#alone && place === 0
    if (!wasHandedOver && this.now() > (this.#notAfter.get(token) ?? 0)) blame('granted too late')
  }
}

/** How many live ones were in front; null when nobody waited. One of them may have given up its place in this very step. */
function placeIn(
  waiting: readonly MemoryWaiter[],
  token: string,
  { queue, holds }: MemoryLock,
): number | null {
  const isGone = (waiter: MemoryWaiter) => waiter.ticket !== token && !queue.includes(waiter)
  const gaveUp = waiting.find(
    (waiter) => isGone(waiter) && !holds.some((hold) => hold.token === waiter.ticket),
  )
  const inLine = waiting.filter((waiter) => waiter !== gaveUp)
  const place = inLine.findIndex(({ ticket }) => ticket === token)
  return inLine.length === 0 ? null : place
}

/** For a replay; null when nothing has changed. */
function tell({ holds, waiting }: Before, lock: MemoryLock): string | null {
  const came = lock.holds.filter((hold) => !holds.includes(hold))
  const went = holds.filter((hold) => !lock.holds.includes(hold))
  const queued = lock.queue.filter(({ ticket }) => !waiting.some((one) => one.ticket === ticket))
  const left = waiting.filter(({ ticket }) => !lock.queue.some((one) => one.ticket === ticket))
  const said = [
    ...came.map(({ owner, fence }) => `grants ${owner.service}${fence ? ` with ${fence}` : ''}`),
    ...went.map(({ owner }) => `frees ${owner.service}`),
    ...queued.map(({ owner }) => `queues ${owner.service}`),
    ...left.map(({ owner }) => `dequeues ${owner.service}`),
  ]
  return said.length > 0 ? said.join(', ') : null
}
