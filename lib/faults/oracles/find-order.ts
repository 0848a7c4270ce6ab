/** One operation: it took effect at one moment between `from` and `to`. `to` = Infinity: if at all. */
export interface Operation {
  says: string
  from: number
  to: number
  /** The state after it; null when it can't happen in this one. */
  apply(state: string): string | null
}

interface Step {
  state: string
  /** What may happen next, most urgent last. */
  open: number[]
  /** What happened here. */
  took: number | null
}

/**
 * Searches an order in which every operation was possible: Wing and Gong's search, with Lowe's memory of what was tried.
 * Null when there is one; else the operation that the longest attempt could not place.
 */
export function findOrder(operations: readonly Operation[]): Operation | null {
  const all = [...operations].sort((a, b) => a.from - b.from)
  const left = createRemainder(all)
  const tried = new Set<string>()
  const path: Step[] = []
  let [furthest, stuck]: [number, Operation | null] = [-1, null]
  let state: string | null = ''
  while (state !== null) {
    const open = left.open()
    const urgent = all[open.at(-1) ?? -1]
    if (!urgent || urgent.to === Number.POSITIVE_INFINITY) return null
    if (path.length > furthest) [furthest, stuck] = [path.length, urgent]
    path.push({ state, open, took: null })
    state = advance(path, all, left, tried)
  }
  return stuck
}

/** One step further on a way that was not tried, after going back as far as needed. */
function advance(
  path: Step[],
  all: readonly Operation[],
  left: Remainder,
  tried: Set<string>,
): string | null {
  for (let step = path.at(-1); step; step = path.at(-1)) {
    if (step.took !== null) left.putBack(step.took)
    step.took = null
    const next = step.open.pop()
    if (next === undefined) {
      path.pop()
      continue
    }
    const state = all[next]?.apply(step.state) ?? null
    if (state === null) continue
    left.take(next)
    step.took = next
    const known = `${left.digest()} ${state}`
    if (tried.has(known)) continue
    tried.add(known)
    return state
  }
  return null
}

/** The operations that have no place yet, as a list that gives back what it gave last. */
interface Remainder {
  take(index: number): void
  putBack(index: number): void
  /** What may be next, most urgent last: nothing that began after the end of another that is still to come. */
  open(): number[]
  /** Differs for different remainders, but for one case in 2^64. */
  digest(): string
}

function createRemainder(all: readonly Operation[]): Remainder {
  const size = all.length
  const at = (list: Int32Array, index: number) => list[index] ?? size
  // Both are rings: index `size` stands before the first and behind the last.
  const next = Int32Array.from({ length: size + 1 }, (_, index) => (index + 1) % (size + 1))
  const previous = Int32Array.from({ length: size + 1 }, (_, index) => (index + size) % (size + 1))
  let [high, low] = [0, 0]
  const mark = (index: number) => {
    high ^= scramble(index)
    low ^= scramble(~index)
  }
  return {
    take(index) {
      next[at(previous, index)] = at(next, index)
      previous[at(next, index)] = at(previous, index)
      mark(index)
    },
    putBack(index) {
      next[at(previous, index)] = index
      previous[at(next, index)] = index
      mark(index)
    },
    open() {
      const open: { index: number; from: number; to: number }[] = []
      let firstEnd = Number.POSITIVE_INFINITY
      for (let index = at(next, size); index !== size; index = at(next, index)) {
        const { from, to } = all[index] ?? { from: 0, to: 0 }
        if (from > firstEnd) break
        firstEnd = Math.min(firstEnd, to)
        open.push({ index, from, to })
      }
      const possible = open.filter(({ from }) => from <= firstEnd)
      return possible.sort((a, b) => b.to - a.to).map(({ index }) => index)
    },
    digest: () => `${high} ${low}`,
  }
}

/** A number of 32 bits that looks like chance, the same for the same index. */
function scramble(index: number): number {
  let bits = Math.imul(index ^ 0x9e3779b9, 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}
