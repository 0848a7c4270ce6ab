import { type Attempt, attempt, holdOf, refOf } from './attempt.ts'
import { type Bell, createBell } from './bell.ts'
import type { Hold } from './hold.ts'
import type { Means } from './means.ts'
import type { Handed } from './node.ts'
import type { Wish } from './request.ts'
import { takeBack } from './take-back.ts'
import { validUntil } from './validity.ts'
import { Ballot } from './vote.ts'
import { endlessly, failureOf, GRACE_MS, HEARTBEAT_MS, isFinal, throwIfOver, unlessOver } from './waiting.ts'

/**
 * One node keeps the queue. The same token asks until it is granted, so that asking twice is asking once; or whoever
 * releases hands the lock to it.
 */
export async function waitAlone(wish: Wish, means: Means): Promise<Hold> {
  const deadline = means.clock.now() + wish.waitMs
  return await endlessly(() => stand(wish, deadline, means))
}

/** Stands in the queue once. Null when it was handed the lock too late to be good for anything. */
async function stand(wish: Wish, deadline: number, means: Means): Promise<Hold | null> {
  const { clock, ears, contended } = means
  const token = means.random.token()
  // Most locks are free: only who finds one taken, or found it so a moment ago, goes to the trouble of queueing.
  let bell: Bell | null = null
  let queues = contended.has(wish.name)
  let open: readonly Ballot[] = []
  /** Of the last queue command that the node certainly carried out before it could hand over. */
  let queuedAt: number | null = null
  /** It may have been handed the lock, and lost it again, without hearing of it in time. */
  let isDoubtful = false
  try {
    for (;;) {
      throwIfOver(wish, means)
      if (queues && !bell) {
        await ears.open(means.nodeTimeoutMs(wish.ttlMs))
        bell = createBell(ears, clock, wish.name, token)
      }
      bell?.mute()
      const tried = await attempt(
        wish,
        { token, slot: null, heartbeatMs: queues ? HEARTBEAT_MS : null, earlier: open },
        means,
      )
      const { sentAt, ballots } = tried.asked
      if (tried.outcome === 'granted') {
        open = []
        return await unlessOver(tried.hold, wish, means)
      }
      contended.saw(wish.name)
      open = [...open.filter((ballot) => !ballot.settled || ballot.queues), ...ballots].slice(-MOST_OPEN)
      if (queuedAt !== null && validUntil(queuedAt, wish.ttlMs) <= clock.now()) isDoubtful = true
      if ((tried.outcome === 'refused' && !isLapsing(ballots)) || queuedAt === null) queuedAt = sentAt
      if (isFinal(tried) || clock.now() >= deadline) throw failureOf(wish, tried)
      if (!bell) {
        queues = true
        continue
      }
      await bell.wait(Math.min(pauseMs(wish, tried), deadline - clock.now()), wish.signal, means.closing)
      const handed = bell.takeHanded()
      // A message from before the last queue command would be counted from that command, and whoever hands over does not
      // count replicas: asking does.
      if (!handed || isDoubtful || wish.minReplicas > 0) continue
      throwIfOver(wish, means)
      const hold = handedTo(wish, token, handed, queuedAt, open, means)
      open = []
      return await inGoodTime(hold)
    }
  } catch (error) {
    await takeBack(refOf(wish, token, null, means), open, means)
    throw error
  } finally {
    bell?.hang()
  }
}

/** Said to one who holds it already: it was handed the lock before it asked, and has not heard of it yet. */
const isLapsing = (ballots: readonly Ballot[]): boolean =>
  ballots.some(({ answer }) => answer?.outcome === 'refused' && answer.why === 'lapsing')

/** Asks of one waiter that may still be carried out. Older ones have had their time long ago. */
const MOST_OPEN = 8

/** At the heartbeat, or when what stands in the way ends by itself. */
function pauseMs({ ttlMs }: Wish, tried: Attempt): number {
  const heartbeat = Math.min(HEARTBEAT_MS, ttlMs) / 3
  const answer = tried.asked.ballots[0]?.answer
  if (answer?.outcome !== 'refused' || answer.remainingMs === null || answer.place) return heartbeat
  return Math.min(heartbeat, answer.remainingMs + GRACE_MS)
}

/** The node had the waiter's word before it handed over: from then on the time is counted, not from the message. */
function handedTo(
  wish: Wish,
  token: string,
  { fence }: Handed,
  sentAt: number,
  earlier: readonly Ballot[],
  means: Means,
): Hold {
  const [line] = means.lines
  if (!line) throw new RangeError('a backend without nodes')
  const ballot = new Ballot(line.node, sentAt, means.nodeTimeoutMs(wish.ttlMs), null)
  ballot.hear({ outcome: 'granted', fence })
  const asked = { sentAt, ballots: [ballot], complete: Promise.resolve() }
  const unsettled = earlier.filter((one) => !one.settled)
  return holdOf(wish, refOf(wish, token, null, means), fence, asked, unsettled, means)
}

/** Renewed before it is handed out when much of its time has gone; never handed out when all of it has. */
async function inGoodTime(hold: Hold): Promise<Hold | null> {
  if (hold.remainingMs() < (hold.ttlMs * 2) / 3) await hold.renew()
  if (hold.remainingMs() > 0) return hold
  await hold.release()
  return null
}
