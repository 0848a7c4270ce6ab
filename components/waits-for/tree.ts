import type { Party, Wait, WaitsFor } from '@/lib/fleet/waiting.ts'

/** Times of several stores, told by one clock, are not exact. */
const TOLERANCE_MS = 1_000
/** So many in one queue are shown at first. */
export const FIRST = 5

export type TreeLock = WaitsFor['locks'][number]

/** A line of the tree: somebody, and what he waits for; or the rest of a queue. */
export type TreeRow = { key: string; depth: number; lock: TreeLock | null } & (
  | {
      is: 'party'
      party: Party
      wait: Wait | null
      /** What those under it wait for. */
      holds: readonly TreeLock[]
      children: number
      isOpen: boolean
    }
  | { is: 'rest'; left: number }
)

/** What was turned by hand; everything else is open down to some depth. */
export type Turned = ReadonlyMap<string, boolean>

const OPEN_TO_DEPTH = 3

/** The tree as lines: whoever waits for nobody, under him who waits for him, and so on. */
export function treeRows(seen: WaitsFor, turned: Turned): TreeRow[] {
  const parties = new Map(seen.parties.map((party) => [party.id, party]))
  const locks = new Map(seen.locks.map((lock) => [lock.id, lock]))
  const behind = new Map<string, Wait[]>()
  for (const wait of seen.waits) {
    const known = behind.get(wait.holder)
    if (known) known.push(wait)
    else behind.set(wait.holder, [wait])
  }
  const rows: TreeRow[] = []
  const add = (id: string, wait: Wait | null, path: readonly string[]) => {
    const party = parties.get(id)
    if (!party) return
    const key = [...path, id, wait?.lock ?? ''].join('\n')
    // Whoever is his own forefather is in a circle, which is told elsewhere.
    const children = path.includes(id) ? [] : (behind.get(id) ?? []).filter((child) => follows(child, wait))
    const isOpen = children.length > 0 && (turned.get(key) ?? path.length < OPEN_TO_DEPTH)
    const lock = wait === null ? null : (locks.get(wait.lock) ?? null)
    const own = queues(children)
    const holds = own.flatMap(([first]) => (first ? (locks.get(first.lock) ?? []) : []))
    rows.push({
      is: 'party',
      key,
      depth: path.length,
      party,
      wait,
      lock,
      holds,
      children: children.length,
      isOpen,
    })
    if (isOpen) for (const queue of own) addQueue(queue, key, [...path, id])
  }
  const addQueue = (queue: readonly Wait[], above: string, path: readonly string[]) => {
    const [first] = queue
    if (!first) return
    const key = `${above}\nrest of ${first.lock}`
    const shown = turned.get(key) === true || queue.length <= FIRST + 1 ? queue : queue.slice(0, FIRST)
    for (const wait of shown) add(wait.waiter, wait, path)
    const left = queue.length - shown.length
    if (left > 0)
      rows.push({ is: 'rest', key, depth: path.length, lock: locks.get(first.lock) ?? null, left })
  }
  for (const head of seen.heads) add(head, null, [])
  return rows
}

/** Does whoever waits here keep that hold of his from ending? Not one that he took after he began to wait. */
function follows(child: Wait, wait: Wait | null): boolean {
  if (wait === null || wait.since === null || child.heldSince === null) return true
  return Date.parse(wait.since) >= Date.parse(child.heldSince) - TOLERANCE_MS
}

/** By the lock that they wait for. */
function queues(waits: readonly Wait[]): Wait[][] {
  const found = new Map<string, Wait[]>()
  for (const wait of waits) {
    const known = found.get(wait.lock)
    if (known) known.push(wait)
    else found.set(wait.lock, [wait])
  }
  return [...found.values()]
}
