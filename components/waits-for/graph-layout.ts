export interface Edge {
  from: string
  to: string
}

export interface Layout<E extends Edge> {
  /** Columns from the left, and rows from the top; rows may be halves. */
  places: ReadonlyMap<string, { column: number; row: number }>
  /** In the order in which one would read them. */
  order: readonly string[]
  /** Those that lead to the right. */
  forward: readonly E[]
  /** Those that close a circle, each with the row of the way back that is kept free for it. */
  back: readonly { edge: E; row: number }[]
  columns: number
  rows: number
}

/** Room under a tree for each way back, and between two trees, in rows. */
const WAY_BACK = 0.4
const BETWEEN = 0.4

/**
 * A small layered layout. What is reached from a root stands to the right of it, further than everything that leads there; those
 * with nothing behind them get a row each, and the others stand in the middle of theirs. At most so many are placed.
 */
export function layOut<E extends Edge>(
  roots: readonly string[],
  edges: readonly E[],
  most: number,
): Layout<E> {
  const { order, tree, back } = walk(roots, edges, most)
  const closing = new Set(back)
  const drawn = new Set(order)
  const forward = edges.filter((edge) => drawn.has(edge.from) && drawn.has(edge.to) && !closing.has(edge))
  const columns = columnsOf(order, forward)
  const { rowOf, wayOf, rows } = rowsOf(order, tree, back)
  return {
    places: new Map(order.map((id) => [id, { column: columns.get(id) ?? 0, row: rowOf.get(id) ?? 0 }])),
    order,
    forward,
    back: back.map((edge) => ({ edge, row: wayOf.get(edge) ?? rows })),
    columns: Math.max(0, ...columns.values()) + 1,
    rows,
  }
}

interface Walk<E> {
  order: string[]
  /** Whom each was reached from first; roots from nobody. */
  tree: Map<string, { above: string | null; children: string[] }>
  back: E[]
}

/** Depth first. An edge that leads to somebody further up closes a circle. */
function walk<E extends Edge>(roots: readonly string[], edges: readonly E[], most: number): Walk<E> {
  const leaving = new Map<string, E[]>()
  for (const edge of edges) {
    const known = leaving.get(edge.from)
    if (known) known.push(edge)
    else leaving.set(edge.from, [edge])
  }
  const found: Walk<E> = { order: [], tree: new Map(), back: [] }
  const open = new Set<string>()
  const visit = (id: string, above: string | null) => {
    const children: string[] = []
    found.order.push(id)
    found.tree.set(id, { above, children })
    open.add(id)
    for (const edge of leaving.get(id) ?? []) {
      if (open.has(edge.to)) found.back.push(edge)
      else if (!found.tree.has(edge.to) && found.order.length < most) {
        children.push(edge.to)
        visit(edge.to, id)
      }
    }
    open.delete(id)
  }
  for (const root of roots) if (!found.tree.has(root) && found.order.length < most) visit(root, null)
  return found
}

/** Each to the right of everything that leads to it. */
function columnsOf(order: readonly string[], forward: readonly Edge[]): Map<string, number> {
  const columns = new Map(order.map((id) => [id, 0]))
  const missing = new Map(order.map((id) => [id, 0]))
  const leaving = new Map<string, string[]>(order.map((id) => [id, []]))
  for (const { from, to } of forward) {
    leaving.get(from)?.push(to)
    missing.set(to, (missing.get(to) ?? 0) + 1)
  }
  const ready = order.filter((id) => missing.get(id) === 0)
  for (const id of ready) {
    for (const to of leaving.get(id) ?? []) {
      columns.set(to, Math.max(columns.get(to) ?? 0, (columns.get(id) ?? 0) + 1))
      const left = (missing.get(to) ?? 0) - 1
      missing.set(to, left)
      if (left === 0) ready.push(to)
    }
  }
  return columns
}

function rowsOf<E extends Edge>(order: readonly string[], tree: Walk<E>['tree'], back: readonly E[]) {
  const rowOf = new Map<string, number>()
  const wayOf = new Map<E, number>()
  const rootOf = new Map<string, string>()
  for (const id of order) {
    const above = tree.get(id)?.above ?? null
    rootOf.set(id, above === null ? id : (rootOf.get(above) ?? id))
  }
  let next = 0
  const put = (id: string): number => {
    const rows = (tree.get(id)?.children ?? []).map(put)
    const row = rows.length === 0 ? next++ : ((rows[0] ?? 0) + (rows.at(-1) ?? 0)) / 2
    rowOf.set(id, row)
    return row
  }
  for (const root of order.filter((id) => rootOf.get(id) === id)) {
    if (next > 0) next += BETWEEN
    put(root)
    for (const edge of back.filter(({ from }) => rootOf.get(from) === root)) {
      wayOf.set(edge, next - WAY_BACK)
      next += WAY_BACK
    }
  }
  return { rowOf, wayOf, rows: next }
}
