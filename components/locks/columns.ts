export interface Column {
  id: string
  head: string
  /** As the API sorts; null where there is no order. */
  sort: string | null
  /** The most comes first at the first click. */
  most: boolean
  right: boolean
  /** Left out below the full width of a desk. */
  wide: boolean
}

const column = (id: string, head: string, more: Partial<Column> = {}): Column => ({
  id,
  head,
  sort: id,
  most: false,
  right: false,
  wide: false,
  ...more,
})

export const COLUMNS: readonly Column[] = [
  column('state', 'State'),
  column('name', 'Name'),
  column('backend', 'Backend'),
  column('dialect', 'Dialect', { sort: null, wide: true }),
  column('holder', 'Holder'),
  column('held', 'Held for', { most: true, right: true, wide: true }),
  column('ttl', 'TTL left', { right: true }),
  column('waiters', 'Waiting', { most: true, right: true }),
  column('votes', 'Votes', { sort: null, wide: true }),
  column('fence', 'Fence', { sort: null, right: true, wide: true }),
  column('line', 'Last 5 min', { sort: null }),
]

export const GRID =
  'grid grid-cols-[126px_minmax(0,1.3fr)_96px_minmax(0,1fr)_124px_84px_128px] ' +
  'xl:grid-cols-[126px_minmax(0,1.3fr)_104px_124px_minmax(0,1fr)_88px_128px_88px_72px_104px_164px]'

export const DEFAULT_SORT = 'trouble'

/** A first click sorts by a column, a second turns it round, a third goes back to what hurts first. */
export function nextSort(sort: string, { sort: by, most }: Column): string {
  if (by === null) return sort
  const [first, second] = most ? [`-${by}`, by] : [by, `-${by}`]
  if (sort === first) return second
  return sort === second ? DEFAULT_SORT : first
}

export const sortOf = (sort: string, column: string): 'ascending' | 'descending' | null =>
  sort === column ? 'ascending' : sort === `-${column}` ? 'descending' : null
