import type { ITxnRequest, ITxnResponse } from 'etcd3'
import type { Answer, Ask } from '../../core/node.ts'
import { bundle, type Done, MOST_OPERATIONS, MOST_PARTS, portions, unbundle } from './bundle.ts'
import type { Call } from './connect.ts'
import { enqueue, enterOrLeave, look, type Standing, standingIn } from './entries.ts'
import { CallFailed } from './failure.ts'
import type { Means } from './means.ts'

/** One ask on its way to an answer. */
export interface Try {
  readonly ask: Ask
  answer: Answer | null
  /** What a transaction found, and the revision and the raft term that it found it in. */
  found: { standing: Standing; revision: string; term: number } | null
  failure: CallFailed | null
}

export const isWaiting = ({ ask }: Try): boolean => ask.heartbeatMs !== null

/** Looks of somebody who does not wait at a semaphore into which others come again and again. */
const MOST_LOOKS = 20

/** Who is known to be in the queue is looked at; who is not is put into it. */
export async function enter(
  tries: readonly Try[],
  lease: string,
  left: () => number,
  means: Means,
): Promise<void> {
  const looking: Try[] = []
  const hasty: Try[] = []
  const putting: Try[] = []
  for (const one of tries) {
    const { token, heartbeatMs, permits } = one.ask
    if (means.entries.get(token)?.sure) looking.push(one)
    else if (heartbeatMs === null && permits > 1) hasty.push(one)
    else putting.push(one)
  }
  if (putting.length === tries.length) return putInTurn(putting, lease, left, means)
  await Promise.all([
    lookAt(looking, left, means),
    putInTurn(putting, lease, left, means),
    ...hasty.map((one) => enterWhenFree(one, lease, left, means)),
  ])
}

async function putInTurn(
  tries: readonly Try[],
  lease: string,
  left: () => number,
  means: Means,
): Promise<void> {
  // One wave after the other, so that those who came first are first.
  for (const wave of wavesOf(tries)) {
    const sent = portions(wave, MOST_PARTS).map((some) => put(some, null, lease, left(), means))
    await Promise.all(sent)
  }
  const refused = tries.filter(({ found, failure }) => !found && !failure)
  if (refused.length > 0) await lookAt(refused, left, means)
}

/** No name twice in one of them: entries of one transaction have one create revision. */
function wavesOf(tries: readonly Try[]): (readonly Try[])[] {
  if (tries.length === 1) return [tries]
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

/** Somebody who does not wait, at a semaphore: looks, and puts the entry if nobody has come since. */
async function enterWhenFree(one: Try, lease: string, left: () => number, means: Means): Promise<void> {
  for (let turn = 0; turn < MOST_LOOKS; turn++) {
    await lookAt([one], left, means)
    if (!one.found) return
    const { standing, revision } = one.found
    const { own, gate, disagrees, foreign, inFront } = standing
    if (own || gate || disagrees || foreign || inFront >= one.ask.permits) return
    await put([one], revision, lease, left(), means)
    if (one.found || one.failure) return
  }
  one.failure = new CallFailed('others came in between again and again', false)
}

/** Puts entries. Those that it finds nothing about were not put, since something is there. */
async function put(
  tries: readonly Try[],
  unchangedSince: string | null,
  lease: string,
  withinMs: number,
  means: Means,
): Promise<void> {
  const parts = tries.map(({ ask }) =>
    ask.heartbeatMs === null ? enterOrLeave(ask, lease, unchangedSince) : enqueue(ask, lease),
  )
  await send(tries, parts, withinMs, 'write', means, (done, { header }) => {
    const { revision } = header
    const term = Number(header.raft_term)
    tries.forEach((one, at) => {
      const part = done[at] as Done
      const standing = part.succeeded ? standingIn(part, one.ask, null, { revision, lease }) : null
      one.found = standing && { standing, revision, term }
    })
  })
}

async function lookAt(tries: readonly Try[], left: () => number, means: Means): Promise<void> {
  if (tries.length === 0) return
  const queues = new Map<string, Try[]>()
  for (const one of tries) {
    const queue = `${one.ask.permits} ${one.ask.name}`
    const together = queues.get(queue)
    if (together) together.push(one)
    else queues.set(queue, [one])
  }
  const groups = [...queues.values()].flatMap((together) => portions(together, MOST_OPERATIONS - 2))
  await Promise.all(portions(groups, MOST_PARTS).map((some) => lookAtGroups(some, left(), means)))
}

async function lookAtGroups(
  groups: readonly (readonly Try[])[],
  withinMs: number,
  means: Means,
): Promise<void> {
  const parts = groups.map((group) => {
    const [first] = group as [Try]
    const asks = group.map(({ ask }) => ask)
    const revisions = asks.map(({ token }) => means.entries.get(token)?.revision ?? Number.POSITIVE_INFINITY)
    return look(first.ask, asks, Math.max(...revisions))
  })
  await send(groups.flat(), parts, withinMs, 'ask', means, (done, { header }) => {
    const { revision } = header
    const term = Number(header.raft_term)
    groups.forEach((group, at) => {
      group.forEach((one, index) => {
        one.found = { standing: standingIn(done[at] as Done, one.ask, index, null), revision, term }
      })
    })
  })
}

/** One transaction, and what it found or why it failed. */
async function send(
  tries: readonly Try[],
  parts: readonly ITxnRequest[],
  withinMs: number,
  way: 'write' | 'ask',
  { cluster }: Means,
  hear: (done: Done[], answer: ITxnResponse) => void,
): Promise<void> {
  const txn: Call<ITxnResponse> = (client, options) => client.kv.txn(bundle(parts), options)
  for (const one of tries) {
    one.found = null
    one.failure = null
  }
  try {
    if (withinMs <= 0) throw new CallFailed('it came too late', false)
    const answer = await (way === 'write' ? cluster.write(txn, withinMs) : cluster.ask(txn, withinMs))
    hear(unbundle(parts.length, answer), answer)
  } catch (error) {
    const failure = error instanceof CallFailed ? error : new CallFailed(error)
    for (const one of tries) one.failure = failure
  }
}
