import type { Steps } from './steps.ts'
import { type Graph, type GraphHold, type GraphParty, type GraphWait, keeps } from './waits-for-graph.ts'

/** Holds and waits that keep each other from going on: none of them ends before another one does. */
export interface Knot {
  readonly holds: readonly GraphHold[]
  readonly waits: readonly GraphWait[]
}

/** What waits in a circle. Of what several may hold, all holders must be in the circle. */
export function* knotsOf({ locks, parties }: Graph): Steps<Knot[]> {
  const stuck = new Set<GraphWait>()
  for (const { waits } of locks) {
    for (const wait of waits) if (wait.party.holds.length > 0) stuck.add(wait)
    yield
  }
  for (;;) {
    const ways = new Ways(stuck)
    yield* ways.joinAll(parties.values())
    const knots = yield* ways.knots()
    const free = yield* notHeldUp(knots)
    if (free.length === 0) return knots
    for (const wait of free) stuck.delete(wait)
  }
}

/** Waits for what somebody outside of the circle can give back. */
function* notHeldUp(knots: readonly Knot[]): Steps<GraphWait[]> {
  const free: GraphWait[] = []
  for (const { holds, waits } of knots) {
    const inside = new Set(holds)
    for (const wait of waits) {
      const { anyWillDo, holds } = wait.lock
      if (anyWillDo && !holds.every((hold) => inside.has(hold))) free.push(wait)
      yield
    }
  }
  return free
}

type Place = GraphHold | GraphWait | null

/** Who can't go on before whom, as numbers: a wait before the holds of its lock, a hold before later waits of its party. */
class Ways {
  readonly #what: Place[] = []
  readonly #isWait: boolean[] = []
  readonly #next: number[][] = []
  readonly #numbers = new Map<GraphHold | GraphWait, number>()
  readonly #blocked: ReadonlySet<GraphWait>

  constructor(blocked: ReadonlySet<GraphWait>) {
    this.#blocked = blocked
  }

  *joinAll(parties: Iterable<GraphParty>): Steps<void> {
    for (const wait of this.#blocked) {
      const from = this.#add(wait, true)
      for (const hold of wait.lock.holds) {
        if (hold.party !== wait.party) this.#join(from, this.#numberOf(hold))
      }
      yield
    }
    for (const { holds, waits } of parties) if (holds.length > 0) yield* this.#joinParty(holds, waits)
  }

  /** By time, each wait leads to the later ones through a place of its own, so that there are few ways and not holds x waits. */
  *#joinParty(holds: readonly GraphHold[], waits: readonly GraphWait[]): Steps<void> {
    const lastFirst = waits
      .filter((wait) => this.#blocked.has(wait))
      .sort((a, b) => (b.since ?? Number.MAX_VALUE) - (a.since ?? Number.MAX_VALUE))
    const entries: { wait: GraphWait; place: number }[] = []
    for (const wait of lastFirst) {
      const place = this.#add(null, false)
      this.#join(place, this.#number(wait))
      const later = entries.at(-1)
      if (later) this.#join(place, later.place)
      entries.push({ wait, place })
    }
    yield
    if (entries.length === 0) return
    for (const hold of holds) {
      const earliest = entries.findLast(({ wait }) => keeps(wait, hold))
      if (earliest) this.#join(this.#numberOf(hold), earliest.place)
      yield
    }
  }

  *knots(): Steps<Knot[]> {
    const found: Knot[] = []
    for (const numbers of yield* circles(this.#next)) {
      const knot = { holds: [] as GraphHold[], waits: [] as GraphWait[] }
      for (const number of numbers) {
        const what = this.#what[number]
        if (what) (this.#isWait[number] ? knot.waits : knot.holds).push(what)
      }
      if (knot.holds.length > 0) found.push(knot)
      yield
    }
    return found
  }

  #add(what: Place, isWait: boolean): number {
    const number = this.#what.push(what) - 1
    this.#isWait.push(isWait)
    this.#next.push([])
    if (what) this.#numbers.set(what, number)
    return number
  }

  #number(what: GraphHold | GraphWait): number {
    return this.#numbers.get(what) ?? 0
  }

  #numberOf(hold: GraphHold): number {
    return this.#numbers.get(hold) ?? this.#add(hold, false)
  }

  #join(from: number, to: number): void {
    this.#next[from]?.push(to)
  }
}

/** The strongly connected parts of more than one step (Tarjan, without recursion, since chains may be long). */
function* circles(next: readonly (readonly number[])[]): Steps<number[][]> {
  const found: number[][] = []
  const index = new Int32Array(next.length).fill(-1)
  const low = new Int32Array(next.length)
  const onStack = new Uint8Array(next.length)
  const stack: number[] = []
  let counter = 0
  const enter = (at: number) => {
    index[at] = low[at] = counter++
    stack.push(at)
    onStack[at] = 1
    return { at, child: 0 }
  }
  for (let start = 0; start < next.length; start++) {
    if (index[start] !== -1) continue
    const path = [enter(start)]
    for (let top = path.at(-1); top; top = path.at(-1)) {
      yield
      const { at } = top
      const to = next[at]?.[top.child++]
      if (to === undefined) {
        path.pop()
        const above = path.at(-1)
        if (above) low[above.at] = Math.min(low[above.at] ?? 0, low[at] ?? 0)
        if (low[at] === index[at]) {
          const part = stack.splice(stack.lastIndexOf(at))
          for (const one of part) onStack[one] = 0
          if (part.length > 1) found.push(part)
        }
      } else if (index[to] === -1) path.push(enter(to))
      else if (onStack[to]) low[at] = Math.min(low[at] ?? 0, index[to] ?? 0)
    }
  }
  return found
}
