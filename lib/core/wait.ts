import { type Attempt, attempt, giveUp } from './attempt.ts'
import { LockError } from './errors.ts'
import type { Hold } from './hold.ts'
import type { Means } from './means.ts'
import type { HoldRef } from './node.ts'
import { type Ballot, voteOf } from './vote.ts'

interface Wish {
  name: string
  ttlMs: number
  waitMs: number
  autoRenew: boolean
  /** Aborted by the caller, or when the locks are closed. */
  signal: AbortSignal
}

/** A waiter that has not asked for this long is passed over. It asks three times as often. */
const HEARTBEAT_MS = 3_000
/** Beyond the moment at which a hold should end by itself. */
const GRACE_MS = 2
const SHORTEST_PAUSE_MS = 30

/** Queues for a lock. Asks again when a node says that it is its turn, or by the clock, whichever comes first. */
export async function waitFor(wish: Wish, means: Means, onEnd: (hold: Hold) => void): Promise<Hold> {
  const ticket = means.random.token()
  const bell = createBell(means, wish.name)
  try {
    if (wish.waitMs > 0) await means.ears.open(means.nodeTimeoutMs(wish.ttlMs))
    const alone = means.nodes.length === 1
    const hold = await (alone ? queueAlone : queueForVotes)(wish, ticket, bell, means, onEnd)
    if (!alone && wish.waitMs > 0) means.background.run(leave(wish, ticket, means))
    return hold
  } catch (error) {
    if (wish.waitMs > 0) await leave(wish, ticket, means)
    throw error
  } finally {
    bell.hang()
  }
}

/** One node keeps the queue: the same token asks until it is granted, so that asking twice is asking once. */
async function queueAlone(
  wish: Wish,
  token: string,
  bell: Bell,
  means: Means,
  onEnd: (hold: Hold) => void,
): Promise<Hold> {
  const { clock } = means
  const ref: HoldRef = { name: wish.name, token, ttlMs: wish.ttlMs }
  const deadline = clock.now() + wish.waitMs
  let asked: Ballot[] = []
  try {
    for (;;) {
      if (wish.signal.aborted) throw abortedError(wish)
      bell.mute()
      const terms = { autoRenew: wish.autoRenew, onEnd, earlier: asked, ...waitOf(wish, token) }
      const tried = await attempt(ref, means, terms)
      if (tried.outcome === 'granted') return await grantedTo(wish, tried.hold)
      asked = [...asked.filter((ballot) => !ballot.settled), ...tried.round.ballots]
      if (clock.now() >= deadline) throw failureOf(wish, tried)
      await bell.wait(Math.min(lonePauseMs(tried), deadline - clock.now()), wish.signal)
    }
  } catch (error) {
    await giveUp(ref, asked, means)
    throw error
  }
}

/**
 * A quorum has no queue, only traces of one. Every round has a token of its own and gives back its votes before the
 * next, so that a late release of one round can't take a vote of another.
 */
async function queueForVotes(
  wish: Wish,
  ticket: string,
  bell: Bell,
  means: Means,
  onEnd: (hold: Hold) => void,
): Promise<Hold> {
  const { clock, random } = means
  const deadline = clock.now() + wish.waitMs
  for (let round = 1; ; round += 1) {
    if (wish.signal.aborted) throw abortedError(wish)
    bell.mute()
    const ref: HoldRef = { name: wish.name, token: random.token(), ttlMs: wish.ttlMs }
    const startedAt = clock.now()
    const tried = await attempt(ref, means, { autoRenew: wish.autoRenew, onEnd, ...waitOf(wish, ticket) })
    if (tried.outcome === 'granted') return await grantedTo(wish, tried.hold)
    await giveUp(ref, tried.round.ballots, means)
    if (clock.now() >= deadline) throw failureOf(wish, tried)
    const pauseMs = quorumPauseMs(round, clock.now() - startedAt, random.fraction())
    const rung = await bell.wait(Math.min(pauseMs, deadline - clock.now()), wish.signal)
    if (rung) await clock.sleep(random.fraction() * SHORTEST_PAUSE_MS, wish.signal)
  }
}

const waitOf = ({ waitMs }: Wish, ticket: string) =>
  waitMs > 0 ? { wait: { ticket, heartbeatMs: HEARTBEAT_MS } } : {}

async function grantedTo(wish: Wish, hold: Hold): Promise<Hold> {
  if (!wish.signal.aborted) return hold
  await hold.release()
  throw abortedError(wish)
}

/** Takes the ticket out of every queue. Bounded: a node that is silent forgets it by itself after the heartbeat. */
async function leave({ name, ttlMs }: Wish, ticket: string, means: Means): Promise<void> {
  const left = Promise.allSettled(means.nodes.map((node) => node.leave([{ name, ticket }])))
  means.background.run(left)
  const enough = new AbortController()
  await Promise.race([left, means.clock.sleep(means.nodeTimeoutMs(ttlMs), enough.signal)])
  enough.abort()
}

/** At the heartbeat, or when what stands in the way ends by itself. */
function lonePauseMs(tried: Attempt): number {
  const answer = tried.round.ballots[0]?.answer
  const heartbeat = HEARTBEAT_MS / 3
  if (answer?.outcome !== 'refused' || answer.remainingMs === null || answer.place) return heartbeat
  return Math.min(heartbeat, answer.remainingMs + GRACE_MS)
}

/** Random, longer than a round takes, and growing: so that rivals stop splitting the votes between them. */
function quorumPauseMs(round: number, roundMs: number, fraction: number): number {
  const base = Math.max(SHORTEST_PAUSE_MS, 2 * roundMs) * 2 ** Math.min(round - 1, 4)
  return Math.min(HEARTBEAT_MS / 3, base) * (0.5 + fraction) + roundMs
}

function abortedError({ name, signal }: Wish): LockError {
  const { reason } = signal
  if (reason instanceof LockError && reason.code === 'closed') return reason
  return new LockError('aborted', `Waiting for ${name} was given up.`, { lock: name, cause: reason })
}

function failureOf(wish: Wish, tried: Exclude<Attempt, { outcome: 'granted' }>): LockError {
  if (tried.outcome === 'trouble') return tried.error
  const by = tried.holder ? ` by ${tried.holder}` : ''
  const says = tried.why === 'held' ? `is held${by}` : 'is free, but others wait for it'
  return new LockError('timeout', `${wish.name} ${says}; not granted within ${wish.waitMs} ms.`, {
    lock: wish.name,
    votes: tried.round.ballots.map(voteOf),
    holder: tried.holder,
  })
}

interface Bell {
  mute(): void
  /** Until it rings, at most `ms`; whether it rang. */
  wait(ms: number, signal: AbortSignal): Promise<boolean>
  hang(): void
}

/** Rings when a node says that it is our turn; remembers a ring that comes while nobody waits for it. */
function createBell({ ears, clock }: Means, name: string): Bell {
  let rung = false
  let waking: AbortController | null = null
  const hang = ears.on('wake', name, () => {
    rung = true
    waking?.abort()
  })
  return {
    hang,
    mute() {
      rung = false
    },
    async wait(ms, signal) {
      if (rung) return true
      waking = new AbortController()
      await clock.sleep(ms, AbortSignal.any([waking.signal, signal]))
      return rung
    },
  }
}
