import { type Graph, type GraphHold, type GraphWait, keeps } from './waits-for-graph.ts'

/** Holds and waits that keep each other from going on: none of them ends before another one does. */
export interface Knot {
  readonly holds: readonly GraphHold[]
  readonly waits: readonly GraphWait[]
}

/** What waits in a circle. Of what several may hold, all holders must be in the circle. */
export function knotsOf({ locks, parties }: Graph): Knot[] {
  const stuck = new Set<GraphWait>(
    locks.flatMap(({ waits }) => waits.filter(({ party }) => party.holds.length > 0)),
  )
  for (;;) {
    const steps = new Steps(stuck)
    for (const { holds, waits } of parties.values()) if (holds.length > 0) steps.joinParty(holds, waits)
    const knots = steps.knots()
    const free = knots.flatMap((knot) => {
      const inside = new Set(knot.holds)
      return knot.waits.filter(({ lock }) => lock.anyWillDo && !lock.holds.every((hold) => inside.has(hold)))
    })
    if (free.length === 0) return knots
    for (const wait of free) stuck.delete(wait)
  }
}

type Step = GraphHold | GraphWait | null

/** Who can't go on before whom, as numbers: a wait before the holds of its lock, a hold before later waits of its party. */
class Steps {
  readonly #what: Step[] = []
  readonly #isWait: boolean[] = []
  readonly #next: number[][] = []
  readonly #numbers = new Map<GraphHold | GraphWait, number>()
  readonly #blocked: ReadonlySet<GraphWait>

  constructor(blocked: ReadonlySet<GraphWait>) {
    this.#blocked = blocked
    for (const wait of blocked) this.#add(wait, true)
    for (const wait of blocked) {
      for (const hold of wait.lock.holds) {
        if (hold.party !== wait.party) this.#join(this.#number(wait), this.#numberOf(hold))
      }
    }
  }

  /** By time, each wait leads to the later ones through a step of its own, so that there are few steps and not holds x waits. */
  joinParty(holds: readonly GraphHold[], waits: readonly GraphWait[]): void {
    const lastFirst = waits
      .filter((wait) => this.#blocked.has(wait))
      .sort((a, b) => (b.since ?? Number.MAX_VALUE) - (a.since ?? Number.MAX_VALUE))
    const entries: { wait: GraphWait; step: number }[] = []
    for (const wait of lastFirst) {
      const step = this.#add(null, false)
      this.#join(step, this.#number(wait))
      const later = entries.at(-1)
      if (later) this.#join(step, later.step)
      entries.push({ wait, step })
    }
    for (const hold of holds) {
      const earliest = entries.findLast(({ wait }) => keeps(wait, hold))
      if (earliest) this.#join(this.#numberOf(hold), earliest.step)
    }
  }

  knots(): Knot[] {
    return circles(this.#next).flatMap((numbers) => {
      const holds: GraphHold[] = []
      const waits: GraphWait[] = []
      for (const number of numbers) {
        const what = this.#what[number]
        if (what) (this.#isWait[number] ? waits : holds).push(what)
      }
      return holds.length > 0 ? [{ holds, waits }] : []
    })
  }

  #add(what: Step, isWait: boolean): number {
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
function circles(next: readonly (readonly number[])[]): number[][] {
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
