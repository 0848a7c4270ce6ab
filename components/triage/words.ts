import type { LockRow } from '@/lib/fleet/lock.ts'
import type { Overview } from '@/lib/fleet/overview.ts'
import { lostBackends } from '../nodes/words.ts'
import { counted, duration, sentence, spoken } from '../ui/format.ts'

/** A backend that can't be read comes first: what it holds is not among the locks below. */
export function triageTitle({ troubled, backends }: Pick<Overview, 'troubled' | 'backends'>): string {
  const lost = lostBackends(backends).map(({ id }) => id)
  const rest = lost.length > 0 ? 'nothing else' : 'nothing'
  const locks =
    troubled.length === 0
      ? `${rest} needs a look`
      : `${counted(troubled.length, 'lock')} ${troubled.length === 1 ? 'needs' : 'need'} a look`
  if (lost.length === 0) return sentence(locks)
  return `${spoken(lost)} can’t be read, ${locks}`
}

/** Who is blocked by what is in trouble, as far as it is known. */
export function blockedWords(troubled: readonly LockRow[], now: number | null): string {
  const known = troubled.flatMap((row) => (row.waiters.known ? row.waiters.list : []))
  const count = troubled.reduce((sum, row) => sum + (row.waiters.known ? row.waiters.count : 0), 0)
  const hidden = troubled.filter((row) => !row.waiters.known).length
  const times = known.flatMap((waiter) => (waiter.since === null ? [] : [Date.parse(waiter.since)]))
  const oldest =
    times.length > 0 && now !== null ? `, the longest for ${duration(now - Math.min(...times))}` : ''
  const blocked =
    count === 0
      ? `Nobody is known to wait for ${troubled.length === 1 ? 'it' : 'them'}`
      : `${counted(count, 'known waiter')} blocked${oldest}`
  if (hidden > 0 && hidden === troubled.length)
    return `Who waits for ${hidden === 1 ? 'it' : 'them'} is not known.`
  const unknown = hidden === 0 ? '' : ` Waiters of ${counted(hidden, 'lock')} are not known.`
  return `${blocked}.${unknown}`
}

export const RULES = [
  'held without a TTL',
  'a holder that stopped renewing, or never lets go',
  'held for longer than usual',
  'many waiting for long',
  'waiting in a circle',
  'a bare or lost majority',
  'split votes',
  'a fence that went down',
  'too many silent nodes',
] as const

/** When all is well: what was looked at. */
export function checkedWords({ counts, backends }: Overview): string {
  const nodes = backends.reduce((sum, backend) => sum + backend.nodes.length, 0)
  return `${counted(counts.all, 'lock')} on ${counted(backends.length, 'backend')} and ${counted(nodes, 'node')} were checked.`
}
