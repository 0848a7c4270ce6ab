/** How often what happened. */
export interface Tally {
  count(what: string, times?: number): void
  add(other: Iterable<readonly [string, number]>): void
  entries(): [string, number][]
  of(what: string): number
}

export function createTally(): Tally {
  const counts = new Map<string, number>()
  const count = (what: string, times = 1) => void counts.set(what, (counts.get(what) ?? 0) + times)
  return {
    count,
    add(other) {
      for (const [what, times] of other) count(what, times)
    },
    entries: () => [...counts].sort(([one], [other]) => (one < other ? -1 : 1)),
    of: (what) => counts.get(what) ?? 0,
  }
}
