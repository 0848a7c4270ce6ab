import type { Means } from './means.ts'
import type { HoldRef, LockNode } from './node.ts'
import { majorityOf } from './quorum.ts'
import type { Ballot } from './vote.ts'

interface Patience {
  /** When this returns: as soon as a majority has acknowledged, or all of them. */
  enough?: 'majority' | 'all'
  /** Until when a renewal of it may have been carried out. */
  renewedUntil?: number
}

const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 1_000

/**
 * Releases a token on every node that may hold it. Resolves when enough of them have acknowledged or the deadline has
 * passed; whoever was silent is asked again in the background, until it acknowledges or the TTL has run out there.
 */
export function takeBack(
  ref: HoldRef,
  ballots: readonly Ballot[],
  means: Means,
  { enough = 'all', renewedUntil = 0 }: Patience = {},
): Promise<void> {
  const groups = byNode(ballots)
  const open = groups.filter((sent) => sent.some((ballot) => ballot.mayHold))
  if (open.length === 0) return Promise.resolve()
  const needed = enough === 'all' ? open.length : Math.min(open.length, majorityOf(groups.length))
  return new Promise((resolve) => {
    let acknowledged = 0
    let tried = 0
    for (const sent of open) {
      const task = createTask(ref, sent, means, renewedUntil)
      task.tell((answered) => {
        tried += 1
        if (answered) acknowledged += 1
        if (acknowledged >= needed || tried === open.length) resolve()
      })
    }
  })
}

/** Tells one node, as often as it takes. */
function createTask(ref: HoldRef, sent: readonly Ballot[], means: Means, renewedUntil: number) {
  const { clock, background, ears } = means
  const withinMs = means.nodeTimeoutMs(ref.ttlMs)
  const lastPossible = Math.max(...sent.map((ballot) => ballot.sentAt + ballot.withinMs))
  const runsOutAt = Math.max(lastPossible, renewedUntil) + ref.ttlMs
  const line = means.lineTo((sent[0] as Ballot).node)

  /** `done` when it is acknowledged, and nothing that was sent before can still be carried out. */
  const tell = (onFirst: (answered: boolean) => void): void => {
    const calm = isCalm()
    line.send('release', ref, withinMs, ({ answer }) => {
      const answered = answer?.outcome === 'granted' || answer?.outcome === 'refused'
      if (answer?.outcome === 'granted' && answer.handed) ears.tell({ kind: 'handed', ...answer.handed })
      if (!answered || !calm) background.run(again(FIRST_PAUSE_MS))
      onFirst(answered)
    })
  }
  const isCalm = () => sent.every((ballot) => ballot.settled) || clock.now() >= lastPossible
  const again = async (pauseMs: number): Promise<void> => {
    const { over } = background
    if (over.aborted || clock.now() > runsOutAt) return
    await clock.sleep(pauseMs, over)
    if (over.aborted) return
    await new Promise<void>((resolve) => {
      const calm = isCalm()
      const off = onAbort(over, resolve)
      line.send('release', ref, withinMs, ({ answer }) => {
        off()
        const answered = answer?.outcome === 'granted' || answer?.outcome === 'refused'
        if (answered && calm) resolve()
        else resolve(again(Math.min(pauseMs * 2, LONGEST_PAUSE_MS)))
      })
    })
  }
  return { tell }
}

function byNode(ballots: readonly Ballot[]): Ballot[][] {
  const groups = new Map<LockNode, Ballot[]>()
  for (const ballot of ballots) {
    const group = groups.get(ballot.node)
    if (group) group.push(ballot)
    else groups.set(ballot.node, [ballot])
  }
  return [...groups.values()]
}

function onAbort(signal: AbortSignal, run: () => void): () => void {
  signal.addEventListener('abort', run, { once: true })
  return () => signal.removeEventListener('abort', run)
}
