import type { Answer, Ask } from '../../core/node.ts'
import { enter, isWaiting, type Try } from './entering.ts'
import { isCounted, isHold } from './entries.ts'
import { CallFailed, isLeaseGone, notDone, unknown, unsupported } from './failure.ts'
import type { Kept } from './keep-alives.ts'
import { entryKey } from './layout.ts'
import type { Means } from './means.ts'
import { secondsOf } from './process-leases.ts'

/** An entry may turn out to be gone, and then its lease: what was there is asked for again, in the end on a new one. */
const TURNS = 3

/** Puts the entries and reads how they stand, in as few transactions as possible. */
export async function attempt(asks: readonly Ask[], means: Means): Promise<Answer[]> {
  const startedAt = performance.now()
  const tries = asks.map((ask): Try => ({ ask, answer: refused(ask), found: null, failure: null }))
  const over = asks.flatMap(({ name, heartbeatMs }) => (heartbeatMs === null ? [] : means.turns.asking(name)))
  for (let turn = 1; turn <= TURNS; turn++) {
    const open = tries.filter(({ answer }) => !answer)
    if (open.length > 0) await round(open, startedAt, turn, means)
  }
  for (const done of over) done()
  return tries.map(({ answer, found }): Answer => {
    const maybeDone = found?.standing.own != null
    return answer ?? { outcome: 'unknown', why: 'its lease is not known to live', maybeDone }
  })
}

function refused(ask: Ask): Answer | null {
  if (ask.minReplicas > 0)
    return unsupported(
      'etcd does not count replicas',
      'Leave minReplicas out: etcd grants nothing before a majority of its members has it on disk.',
    )
  if (!ask.alone)
    return unsupported(
      'etcd is no voter of a quorum',
      'Make it a backend of its own: it agrees within itself.',
    )
  return null
}

/** All that share a lease share its keep-alive. */
async function round(tries: readonly Try[], startedAt: number, turn: number, means: Means): Promise<void> {
  if (tries.length === 1) return askGroup(tries, startedAt, turn, means)
  const groups = new Map<string, Try[]>()
  for (const one of tries) {
    const known = means.entries.get(one.ask.token)
    const lease = known ? known.lease : `TTL ${secondsOf(one.ask.ttlMs)}`
    groups.set(lease, [...(groups.get(lease) ?? []), one])
  }
  await Promise.all([...groups.values()].map((group) => askGroup(group, startedAt, turn, means)))
}

async function askGroup(tries: readonly Try[], startedAt: number, turn: number, means: Means): Promise<void> {
  const withinMs = Math.min(...tries.map(({ ask }) => ask.withinMs))
  const left = () => withinMs - (performance.now() - startedAt)
  const giveUp = (why: unknown) => {
    for (const one of tries) one.answer = notDone(why)
  }
  const [first] = tries
  if (!first) return
  const known = means.entries.get(first.ask.token)
  // A lease that nothing is put on runs out by itself: failing to get one leaves nothing behind.
  const lease = known
    ? { id: known.lease, kept: null }
    : await means.leases.forTtl(first.ask.ttlMs, withinMs).catch(giveUp)
  if (!lease) return
  if (left() <= 0) return giveUp('it came too late')
  const ttlMs = Math.max(...tries.map(({ ask }) => ask.ttlMs))
  const [kept] = await Promise.all([
    lease.kept ??
      (turn === 1 ? means.leases.keptFor(lease.id, ttlMs) : null) ??
      means.leases.keepAlive(lease.id, left()).catch((error) => new CallFailed(error)),
    enter(tries, lease.id, left, means),
  ])
  for (const one of tries) judge(one, lease.id, kept, turn === TURNS, means)
}

/** Answers, or leaves it open: then it is worth asking again. */
function judge(one: Try, lease: string, kept: Kept | CallFailed | null, isLast: boolean, means: Means): void {
  const { ask, found, failure } = one
  if (failure || !found) {
    if (isLeaseGone(failure)) means.leases.retire(lease)
    else {
      if (failure?.maybeDone && !means.entries.has(ask.token)) remember(one, lease, means)
      one.answer = unknown(failure, { maybeDone: failure?.maybeDone || means.entries.has(ask.token) })
    }
    return
  }
  const { own } = found.standing
  if (own) remember(one, lease, means)
  else means.entries.delete(ask.token)
  if (kept instanceof CallFailed) {
    one.answer = unknown(kept, { maybeDone: own !== null })
    return
  }
  if (!kept) means.entries.delete(ask.token)
  const counts = kept !== null && kept.ttlMs >= ask.ttlMs && kept.term >= found.term
  // What was kept alive has to be what the entry is on, by the leader that has seen it there.
  if (own && !(counts && own.lease === lease)) return
  // It was not put, or is gone: on the last turn because of what somebody else keeps in the place of a lock.
  if (!own && isWaiting(one) && !found.standing.disagrees && !(isLast && found.standing.inFront > 0)) return
  one.answer = answerTo(one, found, means)
}

function remember({ ask, found }: Try, lease: string, { entries, leases }: Means): void {
  const { name, token, permits, owner } = ask
  const { own = null, inFront = 0 } = found?.standing ?? {}
  entries.set(token, {
    name,
    permits,
    process: owner.process,
    // An entry that somebody has moved to a lease of theirs is not ours to keep alive.
    lease: own && leases.has(own.lease) ? own.lease : lease,
    revision: own && isCounted(inFront, permits) ? Number(own.revision) : null,
    sure: own !== null,
    held: false,
  })
}

function answerTo({ ask }: Try, found: NonNullable<Try['found']>, { entries, turns }: Means): Answer {
  const { standing, revision } = found
  const { own, gate, holder, inFront, keysInFront } = standing
  const known = entries.get(ask.token)
  if (own && known && isHold(standing, ask.permits)) {
    known.held = true
    turns.leaves(ask.name, ask.token)
    return { outcome: 'granted', fence: ask.permits > 1 ? null : own.revision }
  }
  if (own && known) {
    const { name, token, permits, owner } = ask
    const waiter = { name, token, permits, process: owner.process, key: entryKey(name, token, permits) }
    const since = { revision: own.revision, inFront: new Set(keysInFront), asOf: Number(revision) }
    // Who is too far back to see all in front can't tell from their going that it is the first.
    turns.waits({ ...waiter, ...since, mode: gate ? 'shut' : known.revision === null ? 'wake' : 'hand' })
  }
  const place = Math.max(0, inFront - ask.permits)
  const base = { outcome: 'refused', holder, place } as const
  if (!own && standing.disagrees) return { ...base, why: 'permits', place: null, remainingMs: null }
  if (!gate) return { ...base, why: 'held', remainingMs: null }
  const { why, remainingMs, message } = gate
  return { ...base, why, remainingMs, ...(message ? { message } : {}) }
}
