import type { Attempt } from './attempt.ts'
import { type Bell, createBell } from './bell.ts'
import type { Hold } from './hold.ts'
import type { Means } from './means.ts'
import type { Answer, LockNode, WaitRef } from './node.ts'
import type { Wish } from './request.ts'
import { askForVotes } from './votes.ts'
import {
  type Failed,
  failureOf,
  GRACE_MS,
  HEARTBEAT_MS,
  isFinal,
  throwIfOver,
  unlessOver,
} from './waiting.ts'

/**
 * Waits on a quorum. The queue, on the first voter that answers, only advises who asks for votes next: it grants nothing.
 * Whoever is first asks all voters in one round, so that votes seldom split.
 */
export async function waitForVotes(wish: Wish, means: Means): Promise<Hold> {
  await means.ears.open(means.nodeTimeoutMs(wish.ttlMs))
  const ticket = means.random.token()
  const queue = createQueue(wish, ticket, means)
  const bell = createBell(means.ears, means.clock, wish.name, ticket)
  try {
    const hold = await takeTurns(wish, queue, bell, means)
    means.background.run(queue.leave())
    return hold
  } catch (error) {
    await queue.leave()
    throw error
  } finally {
    bell.hang()
  }
}

async function takeTurns(wish: Wish, queue: Queue, bell: Bell, means: Means): Promise<Hold> {
  const { clock, contended, random } = means
  const deadline = clock.now() + wish.waitMs
  let failed: Failed | null = null
  let failures = 0
  let isOurTurn = !contended.has(wish.name)
  for (;;) {
    throwIfOver(wish, means)
    bell.mute()
    if (isOurTurn || clock.now() >= deadline) {
      const tried: Attempt = await askForVotes(wish, means)
      if (tried.outcome === 'granted') return await unlessOver(tried.hold, wish, means)
      failed = tried
      failures += 1
      if (isFinal(failed) || clock.now() >= deadline) throw failureOf(wish, failed)
    }
    const advice = await queue.stand()
    const pauseMs = pauseAfter(advice, failed, failures, wish, random.fraction())
    if (isFirst(advice) && pauseMs === 0) {
      isOurTurn = true
      continue
    }
    const rang = await bell.wait(Math.min(pauseMs, deadline - clock.now()), wish.signal, means.closing)
    // Without a queue everybody goes by chance; with one, who is not first only says that it lives.
    isOurTurn = rang || advice === null || isFirst(advice) || isNext(advice)
    if (rang) failures = Math.min(failures, 1)
  }
}

const isFirst = (advice: Answer | null): boolean => advice?.outcome === 'granted'
/** First in the queue of a lock that is held: when that ends, nobody may be there to tell. */
const isNext = (advice: Answer | null): boolean => advice?.outcome === 'refused' && advice.place === 0

const SHORTEST_PAUSE_MS = 2
const LONGEST_DOUBT_MS = 250

/** At the heartbeat, or when what stands in the way ends; a moment by chance when the votes were split. */
function pauseAfter(
  advice: Answer | null,
  failed: Failed | null,
  failures: number,
  { ttlMs }: Wish,
  fraction: number,
): number {
  const heartbeat = Math.min(HEARTBEAT_MS, ttlMs) / 3
  const doubt =
    Math.min(LONGEST_DOUBT_MS, heartbeat, SHORTEST_PAUSE_MS * 2 ** Math.min(failures, 8)) * (0.5 + fraction)
  if (advice === null) return doubt
  if (isFirst(advice)) return failed ? doubt : 0
  if (advice.outcome !== 'refused' || advice.place !== 0) return heartbeat
  // What the voters hold may end sooner, or later, than the advising one knows.
  return advice.remainingMs === null ? heartbeat : Math.min(heartbeat, advice.remainingMs + GRACE_MS)
}

interface Queue {
  /** Queues, or says that the waiter lives; null when no voter answers. */
  stand(): Promise<Answer | null>
  /** Bounded: a voter that is silent forgets the waiter by itself after the heartbeat. */
  leave(): Promise<unknown>
}

/** The place of one waiter; it moves when the voter that advises falls silent. */
function createQueue({ name, ttlMs, permits }: Wish, ticket: string, means: Means): Queue {
  const wait: WaitRef = { name, ticket, heartbeatMs: HEARTBEAT_MS, owner: means.owner, permits }
  const stood = new Set<LockNode>()
  const withinMs = means.nodeTimeoutMs(ttlMs)
  return {
    async stand() {
      const node = means.advisor.node()
      if (node) stood.add(node)
      const advice = await means.advisor.ask('queue', wait, withinMs)
      if (advice) stood.add(advice.node)
      return advice?.answer ?? null
    },
    leave: () =>
      Promise.all(
        [...stood].map(
          (node) => new Promise((resolve) => means.lineTo(node).send('leave', wait, withinMs, resolve)),
        ),
      ),
  }
}
