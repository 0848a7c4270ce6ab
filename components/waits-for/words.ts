import type { Cycle, WaitsFor, WaitsForPage } from '@/lib/fleet/waiting.ts'
import { counted, number } from '../ui/format.ts'

/** The page's title is the finding. */
export function waitsTitle({ cycles, heads, waits, leftOut }: WaitsFor): string {
  if (cycles.length > 0) return counted(cycles.length + leftOut.cycles, 'deadlock')
  const holders = heads.length + leftOut.heads
  if (holders === 0) return 'Nobody is held up by anybody'
  const waiters = new Set(waits.map(({ waiter }) => waiter)).size
  const more = leftOut.waits > 0 ? 'more than ' : ''
  return `${counted(holders, 'holder')} ${holders === 1 ? 'holds' : 'hold'} up ${more}${number(waiters)}`
}

/** What was looked at, so that silence means something. */
export function lookedWords({ of, waitsFor: { looked } }: WaitsForPage): string {
  return [
    `${counted(of.locks, 'lock')} on ${counted(of.backends, 'backend')} looked at, ${number(looked.contended)} with known waiters.`,
    ...(of.unknownWaiters > 0
      ? [`The waiters of ${number(of.unknownWaiters)} held locks leave no trace, so more may wait.`]
      : []),
  ].join(' ')
}

export function restWords({ looked, leftOut }: WaitsFor): string | null {
  const parts = [
    ...(looked.unheld > 0
      ? [
          `${counted(looked.unheld, 'lock')} with waiters but no holder ${looked.unheld === 1 ? 'is' : 'are'} left out`,
        ]
      : []),
    ...(leftOut.cycles > 0 ? [`${counted(leftOut.cycles, 'smaller deadlock')} not shown`] : []),
    ...(leftOut.heads > 0 ? [`${counted(leftOut.heads, 'more holder')} who hold up fewer not shown`] : []),
    ...(leftOut.waits > 0 ? [`${counted(leftOut.waits, 'more wait')} of smaller queues not shown`] : []),
  ]
  return parts.length > 0 ? `${parts.join(', ')}.` : null
}

export interface CycleStep {
  label: string
  /** What it waits for; the one after it holds that. */
  lock: { id: string; name: string; backend: string } | null
}

/** Each waits for the lock of the next, and the last for that of the first. */
export function stepsOf(cycle: Cycle, { parties, waits, locks }: WaitsFor): CycleStep[] {
  const inside = new Set(cycle.locks)
  return cycle.parties.map((party, index) => {
    const next = cycle.parties[(index + 1) % cycle.parties.length]
    const own = waits.filter(({ waiter, lock }) => waiter === party && inside.has(lock))
    const wait = own.find(({ holder }) => holder === next) ?? own[0]
    return {
      label: parties.find(({ id }) => id === party)?.label ?? '?',
      lock: locks.find(({ id }) => id === wait?.lock) ?? null,
    }
  })
}

export function cycleSentence(steps: readonly CycleStep[], size: number): string {
  const [first, second] = steps
  if (size === 2 && first && second)
    return `${first.label} and ${second.label} each wait for what the other holds: neither goes on by itself.`
  return `${counted(size, 'client')} wait for each other in a circle: none goes on by itself.`
}

/** How many others stand behind the circle. */
export function behindWords(cycle: Cycle, { parties }: WaitsFor): string | null {
  const inside = new Set(cycle.parties)
  const most = parties.reduce(
    (max, { id, downstream }) => (inside.has(id) ? Math.max(max, downstream ?? 0) : max),
    0,
  )
  const others = most - (cycle.size - 1)
  return others > 0 ? `${counted(others, 'other')} ${others === 1 ? 'waits' : 'wait'} behind it` : null
}
