import type { LockRow } from '@/lib/fleet/lock.ts'
import type { FleetBackend } from '@/lib/fleet/node.ts'
import { lockPath } from '../locks/lock-row.tsx'
import type { Binding } from '../ui/keys.ts'
import { PAGES } from './pages.ts'

/** So many of a kind are offered. */
const MOST = 6

/** One step at a time is no act that anybody would look for. */
const STEPS: ReadonlySet<string> = new Set(['j', 'k', 'ArrowLeft', 'ArrowRight'])

/** Something that can be gone to or done. */
export interface Find {
  id: string
  is: 'page' | 'act' | 'lock' | 'holder' | 'node' | 'filter'
  name: string
  /** What tells it from others of that name. */
  note: string
  to: string | (() => void)
}

interface Known {
  text: string
  bindings: readonly Binding[]
  /** Locks whose name has the text in it, and locks whose holder has. */
  locks: readonly LockRow[]
  held: readonly LockRow[]
  backends: readonly FleetBackend[]
}

/** Pages and acts need no asking; an empty text offers only these. */
export function findsFor({ text, bindings, locks, held, backends }: Known): Find[] {
  const wanted = text.trim().toLowerCase()
  const fits = (...words: readonly string[]) => words.some((word) => word.toLowerCase().includes(wanted))
  const pages = PAGES.filter(({ name }) => fits(name)).map(
    ({ name, path }): Find => ({ id: path, is: 'page', name, note: 'page', to: path }),
  )
  const acts = bindings.flatMap(({ keys, says, run }): Find[] =>
    run === undefined || keys.startsWith('g ') || STEPS.has(keys) || !fits(says)
      ? []
      : [{ id: `act ${keys}`, is: 'act', name: says, note: `key ${keys}`, to: run }],
  )
  if (wanted === '') return [...pages, ...acts]
  const nodes = backends.flatMap(({ id: backend, nodes: all }) =>
    all
      .filter(({ name, address }) => fits(name, address, backend))
      .map(
        (node): Find => ({
          ...{
            id: `node ${node.id}`,
            is: 'node',
            name: `${backend}/${node.name}`,
            note: `node, ${node.address}`,
          },
          to: '/nodes',
        }),
      ),
  )
  return [
    ...locks.slice(0, MOST).map(aboutLock),
    ...holdersIn(held, fits).slice(0, MOST),
    ...nodes.slice(0, MOST),
    ...pages,
    ...acts,
    {
      ...{ id: 'filter', is: 'filter', name: text.trim(), note: 'all locks that match' },
      to: `/locks?q=${encodeURIComponent(quoted(text.trim()))}`,
    },
  ]
}

const aboutLock = (lock: LockRow): Find => ({
  ...{ id: `lock ${lock.id}`, is: 'lock', name: lock.name, note: `${lock.state}, ${lock.backend}` },
  to: lockPath(lock.id),
})

function holdersIn(held: readonly LockRow[], fits: (word: string) => boolean): Find[] {
  const counts = new Map<string, number>()
  for (const { holders } of held)
    for (const { label } of holders) if (fits(label)) counts.set(label, (counts.get(label) ?? 0) + 1)
  return [...counts].map(([label, count]) => ({
    ...{
      id: `holder ${label}`,
      is: 'holder',
      name: label,
      note: `holds ${count === 1 ? '1 lock' : `${count} locks`}`,
    },
    to: `/locks?q=${encodeURIComponent(`holder:${quoted(label)}`)}`,
  }))
}

export const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`
