import type { Ending } from './ending.ts'
import type { Means } from './means.ts'
import type { Answer, HoldRef, LockNode } from './node.ts'
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
    let triedAll: (() => void) | null = null
    for (const sent of open) {
      const calm = isCalm(sent, means)
      tell(ref, sent, means, (answer) => {
        tried += 1
        if (isAcknowledged(answer)) acknowledged += 1
        if (!isLastWord(answer, sent, calm)) means.background.run(goOn(ref, sent, means, renewedUntil))
        if (tried === open.length) triedAll?.()
        if (acknowledged < needed && tried < open.length) return
        resolve()
        // Closing waits for the rest as well.
        if (tried < open.length && !triedAll)
          means.background.run(
            new Promise<void>((done) => {
              triedAll = done
            }),
          )
      })
    }
  })
}

const isAcknowledged = (answer: Answer | null): boolean =>
  answer?.outcome === 'granted' || answer?.outcome === 'refused'

/** Nothing of it is there, and nothing can come any more: the one ask for it was carried out, and is undone. */
const isLastWord = (answer: Answer | null, sent: readonly Ballot[], calm: boolean): boolean =>
  isAcknowledged(answer) && (calm || (answer?.outcome === 'granted' && sent.length === 1))

/** Nothing that was sent before can still be carried out. */
const isCalm = (sent: readonly Ballot[], { clock }: Means): boolean =>
  sent.every((ballot) => ballot.settled) || clock.now() >= lastPossible(sent)

const lastPossible = (sent: readonly Ballot[]): number =>
  Math.max(...sent.map((ballot) => ballot.sentAt + ballot.withinMs))

function tell(
  ref: HoldRef,
  sent: readonly Ballot[],
  means: Means,
  heard: (answer: Answer | null) => void,
): void {
  const [first] = sent
  if (!first) return
  means.lineTo(first.node).send('release', ref, means.nodeTimeoutMs(ref.ttlMs), ({ answer }) => {
    if (answer?.outcome === 'granted' && answer.handed) means.ears.tell({ kind: 'handed', ...answer.handed })
    heard(answer)
  })
}

/** Tells one node again and again, until that is the last word, or the TTL has certainly run out there. */
async function goOn(
  ref: HoldRef,
  sent: readonly Ballot[],
  means: Means,
  renewedUntil: number,
): Promise<void> {
  const { clock, background } = means
  const { over } = background
  if (over.isOver) return
  const runsOutAt = Math.max(lastPossible(sent), renewedUntil) + ref.ttlMs
  for (
    let pauseMs = FIRST_PAUSE_MS;
    clock.now() <= runsOutAt;
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
  ) {
    await unlessOver(over, (done) => clock.after(pauseMs, done))
    if (over.isOver) return
    const calm = isCalm(sent, means)
    let last = false
    await unlessOver(over, (done) => {
      tell(ref, sent, means, (answer) => {
        last = isLastWord(answer, sent, calm)
        done()
      })
      return null
    })
    if (over.isOver || last) return
  }
}

/** Until it is done, or given up; then it is called off by what it returned. */
function unlessOver(over: Ending, begin: (done: () => void) => (() => void) | null): Promise<void> {
  return new Promise((resolve) => {
    let callOff: (() => void) | null = null
    const off = over.on(() => {
      callOff?.()
      resolve()
    })
    callOff = begin(() => {
      off()
      resolve()
    })
  })
}

function byNode(ballots: readonly Ballot[]): Ballot[][] {
  if (ballots.length === 1) return [[...ballots]]
  const groups = new Map<LockNode, Ballot[]>()
  for (const ballot of ballots) {
    const group = groups.get(ballot.node)
    if (group) group.push(ballot)
    else groups.set(ballot.node, [ballot])
  }
  return [...groups.values()]
}
