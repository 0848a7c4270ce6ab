import type { NewEvent } from '../fleet/event.ts'
import { highestFenceOf } from '../fleet/fences.ts'
import { addSketch, addToSketch, emptySketch, type Sketch } from '../fleet/usual-sketch.ts'
import { gotIt } from './got-it.ts'

interface Without<E> {
  /** What is left, in its order. */
  kept: E[]
  /** One for each lock of which something was left out; they come after everything else. */
  summaries: NewEvent[]
}

/**
 * Leaves out the holds and waits that began and ended among these events, and only counts them. What stands before and after
 * them is the same with or without these, so that nothing has to be told anew.
 */
export function withoutWholes<E extends NewEvent>(events: readonly E[]): Without<E> {
  const wholes = new Wholes(events)
  for (const at of events.keys()) wholes.look(at)
  return { kept: wholes.kept(), summaries: wholes.summaries() }
}

/** Where in the list something began that may end in it; -1 where it did not. */
interface Open {
  grant: number
  wait: number
  renewal: number
}

type Count = NonNullable<NewEvent['summary']>

/** What a summary tells on its way to the disk, beside what is told of it later. */
export interface Summary extends Count {
  /** How long the holds and the waits lasted that are only counted. */
  lasted?: { holds: Sketch; waits: Sketch }
}

interface Counted extends Required<Summary> {
  fence: string | null
}

const noneCounted = (): Counted => ({
  ...{ events: 0, holds: 0, longestMs: 0, fence: null },
  lasted: { holds: emptySketch(), waits: emptySketch() },
})

const NOWHERE = -1
const ENDS: ReadonlySet<string> = new Set(['released', 'expired', 'ended'])

class Wholes<E extends NewEvent> {
  readonly #events: readonly E[]
  readonly #isOut: Uint8Array
  readonly #open = new Map<string, Open>()
  readonly #counts = new Map<string, Counted>()
  /** The last event of each lock: how it stands after all of them. */
  readonly #last = new Map<string, E>()
  readonly #lastGrants = new Map<string, E>()

  constructor(events: readonly E[]) {
    this.#events = events
    this.#isOut = new Uint8Array(events.length)
  }

  look(at: number): void {
    const event = this.#events[at]
    if (!event || event.lock === null) return
    const { kind, lock, tokenDigest } = event
    this.#last.set(lock, event)
    const key = `${tokenDigest ?? kind} ${lock}`
    const was = this.#open.get(key)
    if (ENDS.has(kind) || kind === 'gave-up') {
      if (was) this.#end(was, at, event)
      this.#open.delete(key)
      return
    }
    const open = was ?? { grant: NOWHERE, wait: NOWHERE, renewal: NOWHERE }
    if (!was) this.#open.set(key, open)
    if (kind === 'granted') this.#lastGrants.set(lock, event)
    if (kind === 'granted' || kind === 'waiting') {
      const what = kind === 'granted' ? 'grant' : 'wait'
      // What is told again is known already.
      if (open[what] === NOWHERE) open[what] = at
      else this.#leaveOut(at)
    } else if (kind === 'renewed' || kind === 'state' || kind === 'summarised') {
      // Only the newest of them tells something.
      this.#leaveOut(open.renewal)
      open.renewal = at
    } else this.#open.delete(key)
  }

  kept(): E[] {
    return this.#events.filter((_, at) => this.#isOut[at] === 0)
  }

  summaries(): NewEvent[] {
    return [...this.#counts].flatMap(([lock, summary]) => {
      const last = this.#last.get(lock)
      return last ? [summaryOf(last, summary)] : []
    })
  }

  #end(was: Open, at: number, event: E): void {
    if (event.kind !== 'gave-up') {
      if (was.grant !== NOWHERE) this.#endHold(was, at, event)
    } else if (was.wait !== NOWHERE && was.grant === NOWHERE) {
      this.#leaveOut(was.wait)
      const count = this.#leaveOut(at)
      if (count && gotIt(event, this.#lastGrants.get(event.lock ?? '')))
        addTo(count.lasted.waits, event.lastedMs)
    }
  }

  #endHold(was: Open, at: number, end: E): void {
    const grant = this.#events[was.grant]
    const count = this.#leaveOut(was.grant)
    this.#leaveOut(was.wait)
    this.#leaveOut(was.renewal)
    this.#leaveOut(at)
    if (!count || !grant) return
    count.holds += 1
    count.longestMs = Math.max(count.longestMs, end.lastedMs ?? Date.parse(end.at) - Date.parse(grant.at))
    addTo(count.lasted.holds, end.lastedMs)
    addTo(count.lasted.waits, grant.lastedMs)
  }

  #leaveOut(at: number): Counted | null {
    const event = this.#events[at]
    if (!event || event.lock === null) return null
    this.#isOut[at] = 1
    const count = this.#counts.get(event.lock) ?? noneCounted()
    this.#counts.set(event.lock, count)
    if (event.fence !== null) count.fence = highestFenceOf([count, event])
    const summary: Summary | undefined = event.summary
    count.events += summary?.events ?? 1
    count.holds += summary?.holds ?? 0
    count.longestMs = Math.max(count.longestMs, summary?.longestMs ?? 0)
    if (summary?.lasted) {
      addSketch(count.lasted.holds, summary.lasted.holds)
      addSketch(count.lasted.waits, summary.lasted.waits)
    }
    return count
  }
}

const addTo = (sketch: Sketch, ms: number | null | undefined): void => {
  if (typeof ms === 'number') addToSketch(sketch, ms)
}

const summaryOf = (last: NewEvent, { fence, ...summary }: Counted): NewEvent => ({
  at: last.at,
  kind: 'summarised',
  ...{ backend: last.backend, lock: last.lock, lockName: last.lockName, node: null },
  ...{ tokenDigest: null, label: null, fence, waiters: last.waiters },
  ...(last.state === undefined ? {} : { state: last.state }),
  summary,
})
