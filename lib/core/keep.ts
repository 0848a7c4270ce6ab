import { LockError } from './errors.ts'
import type { Hold } from './hold.ts'
import type { Means } from './means.ts'
import type { HoldRef } from './node.ts'
import { askAll } from './round.ts'
import { takeBack } from './take-back.ts'
import { validUntil } from './validity.ts'
import { type Ballot, voteOf } from './vote.ts'

export interface Granted {
  ref: HoldRef
  fence: string | null
  /** Of the ask that was granted. */
  sentAt: number
  ballots: readonly Ballot[]
  /** Earlier asks with the same token that may still be carried out. */
  earlier: readonly Ballot[]
  complete: Promise<void>
  autoRenew: boolean
}

/** The pause before a renewal without answer is sent again, as a part of the TTL. */
const RETRY_PART = 15
const SHORTEST_RETRY_MS = 20

/** Makes a hold of a grant and looks after it until it ends: renews it, and tells when it is lost. */
export function keep(granted: Granted, means: Means, onEnd: (hold: Hold) => void): Hold {
  const { ref, ballots } = granted
  const { clock, ears } = means
  const lost = new AbortController()
  const ended = new AbortController()
  let until = validUntil(granted.sentAt, ref.ttlMs)
  let renewAt = granted.sentAt + ref.ttlMs / 3
  let nudge = new AbortController()
  let nudged = false
  let renewedUntil = 0

  const remainingMs = () => (ended.signal.aborted ? 0 : Math.max(0, until - clock.now()))
  const end = () => {
    ended.abort()
    stopHearing()
    onEnd(hold)
  }
  const giveBack = (enough: 'majority' | 'all') =>
    takeBack(
      ref,
      [...granted.earlier, ...ballots],
      { ...means, withinMs: means.nodeTimeoutMs(ref.ttlMs), renewedUntil },
      enough,
    )
  const lose = (why: string) => {
    if (ended.signal.aborted) return
    end()
    lost.abort(new LockError('lost', `The hold of ${ref.name} is lost: ${why}.`, { lock: ref.name }))
    means.background.run(giveBack('all'))
  }
  const renew = async (): Promise<boolean> => {
    const left = remainingMs()
    if (left <= 0) return false
    const withinMs = Math.min(means.nodeTimeoutMs(ref.ttlMs), left)
    renewedUntil = clock.now() + withinMs
    const round = await askAll(means.nodes, (node) => node.renew([ref]), clock, withinMs)
    if (ended.signal.aborted) return false
    if (round.decision === 'granted') {
      until = Math.max(until, validUntil(round.sentAt, ref.ttlMs))
      renewAt = round.sentAt + ref.ttlMs / 3
      return remainingMs() > 0
    }
    if (round.decision === 'refused') lose('the nodes no longer know it')
    else renewAt = clock.now() + Math.max(SHORTEST_RETRY_MS, ref.ttlMs / RETRY_PART)
    return false
  }
  const lookAfter = async () => {
    while (!ended.signal.aborted) {
      if (remainingMs() <= 0) return lose('its time ran out without a renewal that a majority acknowledged')
      if (nudged || (granted.autoRenew && clock.now() >= renewAt)) {
        nudged = false
        await renew()
        continue
      }
      nudge = new AbortController()
      const next = granted.autoRenew ? Math.min(until, renewAt) : until
      await clock.sleep(next - clock.now(), AbortSignal.any([nudge.signal, ended.signal]))
    }
  }
  const stopHearing = ears.on('gone', ref.name, () => {
    nudged = true
    nudge.abort()
  })

  const hold: Hold = {
    name: ref.name,
    ttlMs: ref.ttlMs,
    fence: granted.fence,
    signal: lost.signal,
    get votes() {
      return ballots.map(voteOf)
    },
    allVotes: granted.complete.then(() => ballots.map(voteOf)),
    remainingMs,
    assertHeld() {
      if (remainingMs() > 0) return
      if (lost.signal.aborted) throw lost.signal.reason
      const why = ended.signal.aborted ? 'it was released' : 'its time ran out'
      throw new LockError('lost', `${ref.name} is not held: ${why}.`, { lock: ref.name })
    },
    renew,
    async release() {
      if (ended.signal.aborted) return
      end()
      await giveBack('majority')
    },
  }
  means.background.run(lookAfter())
  return hold
}
