import type { ITxnRequest, ITxnResponse } from 'etcd3'
import type { Answer, Ask } from '../../core/node.ts'
import { bundle, type Done, MOST_OPERATIONS, MOST_PARTS, portions, unbundle } from './bundle.ts'
import type { Call } from './connect.ts'
import { enqueue, enterOrLeave, isHold, look, type Standing, standingIn } from './entries.ts'
import { CallFailed, isLeaseGone, notDone, unknown, unsupported } from './failure.ts'
import type { Means } from './means.ts'
import { type Kept, secondsOf } from './process-leases.ts'

/** One ask on its way to an answer. */
interface Try {
  ask: Ask
  answer: Answer | null
  /** What a transaction found, and the revision and the raft term that it found it in. */
  found: { standing: Standing; revision: string; term: number } | null
  failure: CallFailed | null
}

/** Looks and entries of a semaphore by somebody who does not wait: others come in between again and again. */
const MOST_LOOKS = 20

/** Puts the entries and reads how they stand, in as few transactions as possible. */
export async function attempt(asks: readonly Ask[], means: Means): Promise<Answer[]> {
  const startedAt = performance.now()
  const tries = asks.map((ask): Try => ({ ask, answer: refused(ask), found: null, failure: null }))
  const open = () => tries.filter((one) => !one.answer)
  const over = [
    ...new Set(
      open()
        .filter(isWaiting)
        .map((one) => one.ask.name),
    ),
  ].map(means.turns.asking)
  for (let turn = 1; turn <= 2 && open().length > 0; turn++) await round(open(), startedAt, means)
  const answers = tries.map(({ answer, found }): Answer => {
    if (answer) return answer
    return {
      outcome: 'unknown',
      why: 'its lease is not known to live',
      maybeDone: found?.standing.own != null,
    }
  })
  for (const done of over) done()
  return answers
}

const isWaiting = ({ ask }: Try): boolean => ask.heartbeatMs !== null

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
async function round(tries: readonly Try[], startedAt: number, means: Means): Promise<void> {
  const groups = new Map<string, Try[]>()
  for (const one of tries) {
    const known = means.entries.get(one.ask.token)
    const lease = known ? known.lease : `TTL ${secondsOf(one.ask.ttlMs)}`
    groups.set(lease, [...(groups.get(lease) ?? []), one])
  }
  await Promise.all([...groups.values()].map((group) => askGroup(group, startedAt, means)))
}

async function askGroup(tries: readonly Try[], startedAt: number, means: Means): Promise<void> {
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
  const [kept] = await Promise.all([
    lease.kept ?? means.leases.keepAlive(lease.id, left()).catch((error) => new CallFailed(error)),
    askAbout(tries, lease.id, left, means),
  ])
  for (const one of tries) judge(one, lease.id, kept, means)
}

/** What is known to be there is only looked at; what is not is put, a name at most once in a transaction. */
async function askAbout(
  tries: readonly Try[],
  lease: string,
  left: () => number,
  means: Means,
): Promise<void> {
  const isThere = ({ ask }: Try) => means.entries.get(ask.token)?.sure === true
  const isHasty = ({ ask }: Try) => ask.heartbeatMs === null && ask.permits > 1
  const looking = tries.filter(isThere)
  const hasty = tries.filter((one) => !isThere(one) && isHasty(one))
  const putting = tries.filter((one) => !isThere(one) && !isHasty(one))
  await Promise.all([
    lookAt(looking, left, means),
    ...hasty.map((one) => enterWhenFree(one, lease, left, means)),
    putInTurn(putting, lease, left, means),
  ])
}

async function putInTurn(tries: readonly Try[], lease: string, left: () => number, means: Means) {
  const put = ({ ask }: Try) =>
    ask.heartbeatMs === null ? enterOrLeave(ask, lease, null) : enqueue(ask, lease)
  // One after the other, so that those who came first are first.
  for (const wave of distinct(tries))
    await Promise.all(
      portions(wave, MOST_PARTS).map((some) =>
        send(
          some.map((one) => [one]),
          some.map(put),
          lease,
          left(),
          means,
        ),
      ),
    )
}

/** No name twice in one part: entries of one transaction have one create revision. */
function distinct(tries: readonly Try[]): Try[][] {
  const seen = new Map<string, number>()
  const waves: Try[][] = []
  for (const one of tries) {
    const at = seen.get(one.ask.name) ?? 0
    seen.set(one.ask.name, at + 1)
    const wave = waves[at] ?? []
    wave.push(one)
    waves[at] = wave
  }
  return waves
}

async function lookAt(tries: readonly Try[], left: () => number, means: Means): Promise<void> {
  const byName = new Map<string, Try[]>()
  for (const one of tries) {
    const queue = `${one.ask.permits} ${one.ask.name}`
    byName.set(queue, [...(byName.get(queue) ?? []), one])
  }
  const parts = [...byName.values()].flatMap((group) => portions(group, MOST_OPERATIONS - 8))
  const read = (group: readonly Try[]) =>
    look(
      (group[0] as Try).ask,
      group.map(({ ask }) => ask),
    )
  await Promise.all(
    portions(parts, MOST_PARTS).map((some) => send(some, some.map(read), null, left(), means)),
  )
}

/** A semaphore, by somebody who does not wait: looks, and puts its entry if nobody has come since. */
async function enterWhenFree(one: Try, lease: string, left: () => number, means: Means): Promise<void> {
  for (let turn = 0; turn < MOST_LOOKS && left() > 0; turn++) {
    await send([[one]], [look(one.ask, [one.ask])], null, left(), means)
    if (!one.found) return
    const { standing, revision } = one.found
    if (standing.own || standing.gate || standing.disagrees || standing.inFront >= one.ask.permits) return
    await send([[one]], [enterOrLeave(one.ask, lease, revision)], lease, left(), means)
    if (!one.found || one.found.standing.own) return
  }
  one.found = null
  one.failure = new CallFailed('others came in between again and again', false)
}

/** One transaction about several groups of asks; `lease` when it may put something. */
async function send(
  groups: readonly (readonly Try[])[],
  parts: readonly ITxnRequest[],
  lease: string | null,
  withinMs: number,
  { cluster }: Means,
): Promise<void> {
  if (parts.length === 0) return
  const txn: Call<ITxnResponse> = (client, options) => client.kv.txn(bundle(parts), options)
  try {
    if (withinMs <= 0) throw new CallFailed('it came too late', false)
    const answer = await (lease === null ? cluster.ask(txn, withinMs) : cluster.write(txn, withinMs))
    const done = unbundle(parts.length, answer)
    groups.forEach((group, at) => {
      hear(group, done[at] as Done, answer, parts[at], lease)
    })
  } catch (error) {
    const failure = error instanceof CallFailed ? error : new CallFailed(error)
    for (const one of groups.flat()) {
      one.found = null
      one.failure = failure
    }
  }
}

function hear(
  group: readonly Try[],
  done: Done,
  { header }: ITxnResponse,
  part: ITxnRequest | undefined,
  lease: string | null,
): void {
  const term = Number(header.raft_term)
  const { revision } = header
  const put = done.succeeded && part?.compare && lease !== null ? { revision, lease } : null
  group.forEach((one, at) => {
    one.failure = null
    one.found = { standing: standingIn(done, one.ask, at, put), revision, term }
  })
}

/** Answers, or leaves it open: then it is worth asking again. */
function judge(one: Try, lease: string, kept: Kept | CallFailed | null, means: Means): void {
  const { ask, found, failure } = one
  const { name, token, permits } = ask
  if (failure || !found) {
    if (isLeaseGone(failure)) means.leases.retire(lease)
    else {
      if (failure?.maybeDone && !means.entries.has(token))
        means.entries.set(token, { name, permits, lease, sure: false, held: false })
      one.answer = unknown(failure, { maybeDone: failure?.maybeDone || means.entries.has(token) })
    }
    return
  }
  const { own } = found.standing
  // An entry that somebody has moved to a lease of theirs is not ours to keep alive.
  const moved = own !== null && !means.leases.has(own.lease)
  if (own)
    means.entries.set(token, { name, permits, lease: moved ? lease : own.lease, sure: true, held: false })
  else means.entries.delete(token)
  if (kept instanceof CallFailed) {
    one.answer = unknown(kept, { maybeDone: own !== null })
    return
  }
  if (!kept) means.entries.delete(token)
  const counts = kept !== null && kept.ttlMs >= ask.ttlMs && kept.term >= found.term
  // What was kept alive has to be what the entry is on, by the leader that has seen it there.
  if (own && !(counts && own.lease === lease)) return
  if (!own && isWaiting(one) && !found.standing.disagrees) return
  one.answer = answerTo(one, found, means)
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
  if (own) turns.waits(ask, keysInFront, gate !== null, revision)
  const place = Math.max(0, inFront - ask.permits)
  const base = { outcome: 'refused', holder, place } as const
  if (!own && standing.disagrees) return { ...base, why: 'permits', place: null, remainingMs: null }
  if (!gate) return { ...base, why: 'held', remainingMs: null }
  const { why, remainingMs, message } = gate
  return { ...base, why, remainingMs, ...(message ? { message } : {}) }
}
