import type { Party, Wait, WaitsFor } from '@/lib/fleet/waiting.ts'
import { type Edge, type Layout, layOut } from './graph-layout.ts'
import type { TreeLock } from './tree.ts'

/** So many of those who hold up nobody are drawn one by one for each lock; the others stand in one box. */
const FIRST = 3
/** More boxes than these nobody can overlook. */
const MOST_BOXES = 240

export type GraphBox = { id: string; isKnotted: boolean } & (
  | { is: 'party'; party: Party; wait: Wait | null }
  | { is: 'lock'; lock: TreeLock }
  | { is: 'rest'; lock: TreeLock; waits: readonly Wait[]; labels: readonly string[] }
)

/** From a holder to what it holds, and from there to whoever waits for it. */
export interface GraphEdge extends Edge {
  is: 'holds' | 'waits'
  isKnotted: boolean
}

export interface WaitsGraph extends Layout<GraphEdge> {
  boxes: ReadonlyMap<string, GraphBox>
  /** Clients that did not fit. */
  leftOut: number
}

const partyBox = (id: string) => `party ${id}`
const lockBox = (id: string) => `lock ${id}`
const restBox = (id: string) => `rest ${id}`

/** Who holds what and who waits for it, with circles at the top and then whoever holds up most. */
export function graphOf(seen: WaitsFor): WaitsGraph {
  const { boxes, edges } = drawn(seen)
  const roots = [
    ...seen.cycles.flatMap(({ parties }) => parties.slice(0, 1)),
    ...seen.heads,
    ...seen.parties.filter(({ holds }) => holds > 0).map(({ id }) => id),
  ].map(partyBox)
  const layout = layOut(
    roots.filter((root) => boxes.has(root)),
    edges,
    MOST_BOXES,
  )
  return { ...layout, boxes, leftOut: seen.parties.length - partiesIn(layout.order, boxes) }
}

/** The neighbour to which a key leads: what somebody waits for is left of him, who waits for something right of it. */
export function besideOf(
  { forward, back }: WaitsGraph,
  id: string,
  to: 'left' | 'right',
): string | undefined {
  const edges = [...forward, ...back.map(({ edge }) => edge)]
  return to === 'left'
    ? edges.find((edge) => edge.to === id)?.from
    : edges.find((edge) => edge.from === id)?.to
}

function partiesIn(order: readonly string[], boxes: ReadonlyMap<string, GraphBox>): number {
  const parties = new Set<string>()
  for (const id of order) {
    const box = boxes.get(id)
    if (box?.is === 'party') parties.add(box.party.id)
    if (box?.is === 'rest') for (const { waiter } of box.waits) parties.add(waiter)
  }
  return parties.size
}

function drawn(seen: WaitsFor): { boxes: Map<string, GraphBox>; edges: GraphEdge[] } {
  const isKnotted = knots(seen)
  const parties = new Map(seen.parties.map((party) => [party.id, party]))
  const boxes = new Map<string, GraphBox>()
  const edges = new Map<string, GraphEdge>()
  const connect = (edge: GraphEdge) => edges.set(`${edge.from}\n${edge.to}`, edge)
  const addParty = (id: string, wait: Wait | null, lock: string) => {
    const party = parties.get(id)
    const known = boxes.get(partyBox(id))
    if (!party) return
    const isIn = isKnotted(id, lock) || known?.isKnotted === true
    const told = known?.is === 'party' ? (known.wait ?? wait) : wait
    boxes.set(partyBox(id), { is: 'party', id: partyBox(id), isKnotted: isIn, party, wait: told })
  }
  const waitsOf = byLock(seen.waits)
  for (const lock of seen.locks) {
    const at = lockBox(lock.id)
    const own = waitsOf.get(lock.id) ?? []
    const holders = new Set(own.map(({ holder }) => holder))
    const waits = [...new Map(own.map((wait) => [wait.waiter, wait])).values()]
    boxes.set(at, {
      is: 'lock',
      id: at,
      isKnotted: waits.some((wait) => isKnotted(wait.waiter, lock.id)),
      lock,
    })
    for (const id of holders) {
      addParty(id, null, lock.id)
      connect({ from: partyBox(id), to: at, is: 'holds', isKnotted: isKnotted(id, lock.id) })
    }
    const isPlain = ({ waiter }: Wait) => parties.get(waiter)?.holds === 0 && parties.get(waiter)?.waits === 1
    const plain = waits.filter(isPlain)
    const rest = plain.length > FIRST + 1 ? plain.slice(FIRST) : []
    for (const wait of waits) {
      if (rest.includes(wait)) continue
      addParty(wait.waiter, wait, lock.id)
      connect({
        from: at,
        to: partyBox(wait.waiter),
        is: 'waits',
        isKnotted: isKnotted(wait.waiter, lock.id),
      })
    }
    if (rest.length === 0) continue
    const labels = rest.flatMap(({ waiter }) => parties.get(waiter)?.label ?? [])
    boxes.set(restBox(lock.id), {
      is: 'rest',
      id: restBox(lock.id),
      isKnotted: false,
      lock,
      waits: rest,
      labels,
    })
    connect({ from: at, to: restBox(lock.id), is: 'waits', isKnotted: false })
  }
  return { boxes, edges: [...edges.values()] }
}

function byLock(waits: readonly Wait[]): Map<string, Wait[]> {
  const found = new Map<string, Wait[]>()
  for (const wait of waits) {
    const known = found.get(wait.lock)
    if (known) known.push(wait)
    else found.set(wait.lock, [wait])
  }
  return found
}

/** Is that client in a circle over that lock? */
function knots({ cycles }: WaitsFor): (party: string, lock: string) => boolean {
  const circles = cycles.map(({ parties, locks }) => ({ parties: new Set(parties), locks: new Set(locks) }))
  return (party, lock) => circles.some(({ parties, locks }) => parties.has(party) && locks.has(lock))
}
