import type { Hold } from '../core/index.ts'
import { validUntil } from '../core/validity.ts'
import type { ClientTime } from './client-time.ts'
import { createFenceJudge } from './fence-judge.ts'
import { createFreezeJudge, type FreezeJudge } from './freeze-judge.ts'
import { createTally, type Tally } from './tally.ts'
import { ROUNDING_MS, type VirtualClock } from './virtual-clock.ts'

/** A hold as somebody was given it. Times are those of the simulation. */
export interface Grant {
  name: string
  permits: number
  client: string
  time: ClientTime
  hold: Hold
  calledAt: number
  /** Whether one token asks until it is granted, so that the grant may be older than the command that told of it. */
  alone: boolean
}

interface Held extends Grant {
  /** Of the command that its time counts from. */
  sentAt: number
  /** When its caller had it. */
  heldAt: number
  /** Its store lost it, so that others may be granted it too: only its fence protects. */
  revoked: boolean
  /** Since when its time has been over without that it was given back. */
  overSince: number | null
  /** It was told to lapse: then it is over at the latest. */
  endsBy: number
  /** It was asked to let go: valid then, it was renewed by a node that knew. */
  isToldBy: number
}

/** Tells of one thing that happened; in words only when somebody reads them. */
export type Trace = (who: string, says: () => string | null) => void

/** Watches from outside, by what the library said to its callers. */
export interface Judge {
  readonly tally: Tally
  readonly trace: Trace | null
  readonly freezes: FreezeJudge
  /** What was seen first; null as long as all is well. */
  readonly verdict: string | null
  blame(says: string): void
  held(grant: Grant): void
  /** Its caller is about to give it back. */
  givesBack(hold: Hold): void
  /** Its process is about to give back all that it holds. */
  closes(client: string): void
  /** Compares all that is held right now. */
  look(): void
  /** A majority has told whoever held the name when this was called. */
  notified(name: string, act: 'ask' | 'lapse', calledAt: number): void
  /** A store has lost what it held of this name, or of all: what was asked for until now may overlap. */
  revoke(name: string | null): void
}

/** How long after the end of its time a hold must have been told, when its process runs. */
const TOLD_WITHIN_MS = 5
/** So much later than the others a vote may arrive when nothing is broken. */
const LATE_VOTE_MS = 20

export function createJudge(clock: VirtualClock, isCalm: boolean, trace: Trace | null): Judge {
  const freezes = createFreezeJudge(clock)
  const tally = createTally()
  const live = new Map<string, Set<Held>>()
  const revokedAt = new Map<string | null, number>()
  let verdict: string | null = null

  const blame = (says: string) => {
    trace?.('VIOLATION', () => says)
    verdict ??= `${says} (at ${clock.now().toFixed(2)} ms)`
  }
  const checkFence = createFenceJudge(blame)
  const isRevoked = (name: string, sentAt: number) =>
    sentAt <= Math.max(revokedAt.get(name) ?? -1, revokedAt.get(null) ?? -1) + ROUNDING_MS
  const lookAt = (name: string, holds: Set<Held>) => {
    let valid = 0
    let permits = 0
    for (const held of holds) {
      const isValid = remainingOf(held) > 0
      if (!isValid) checkTold(held)
      if (!isValid || held.revoked) continue
      checkNotified(held)
      valid += 1
      permits = held.permits
    }
    if (valid > permits) blame(`${name}: ${valid} holds are valid at once, ${permits} may be`)
  }
  const checkTold = (held: Held) => {
    const now = clock.now()
    held.overSince ??= now
    const { hold, time } = held
    const since = Math.max(held.overSince, time.runsSince, clock.stalledUntil)
    if (time.state !== 'runs' || now - since < TOLD_WITHIN_MS) return
    live.get(held.name)?.delete(held)
    if (!hold.signal.aborted) blame(`${held.client} was not told that its hold of ${held.name} is over`)
  }
  const checkNotified = ({ name, client, hold, endsBy, isToldBy }: Held) => {
    if (clock.now() > endsBy) blame(`${client} still holds ${name}, which was to lapse`)
    if (clock.now() > isToldBy && !hold.signal.aborted)
      blame(`${client} was renewed and not told that ${name} is asked for`)
  }
  return {
    tally,
    trace,
    freezes,
    get verdict() {
      return verdict
    },
    blame,
    held(grant) {
      const { name, client, time, hold } = grant
      const heldAt = clock.now()
      const remaining = time.aside(() => hold.remainingMs())
      const countsFrom = sentAtOf(grant, remaining, heldAt)
      // A lone node may have lost what it handed over before its message arrived, and been asked again meanwhile.
      const revoked = isRevoked(name, grant.alone ? grant.calledAt : countsFrom)
      const sentAt = revoked && grant.alone ? grant.calledAt : countsFrom
      const held: Held = { ...grant, sentAt, heldAt, revoked, ...NOTHING_YET }
      const holds = live.get(name) ?? new Set()
      live.set(name, holds.add(held))
      tally.count('holds')
      if (held.revoked) tally.count('holds that only their fence protects')
      if (remaining === 0 && !time.mayBePreempted) blame(`${client} was given a hold of ${name} that is over`)
      if (hold.fence === null && hold.permits === 1) blame(`${client} was given ${name} without a fence`)
      if (hold.fence !== null) checkFence(held, hold.fence)
      if (freezes.isFrozen(name, held)) blame(`${client} was given ${name} while it was frozen`)
      lookAt(name, holds)
    },
    givesBack(hold) {
      for (const held of live.get(hold.name) ?? []) if (held.hold === hold) live.get(hold.name)?.delete(held)
    },
    closes(client) {
      for (const holds of live.values())
        for (const held of holds) if (held.client === client) holds.delete(held)
    },
    look() {
      for (const [name, holds] of live) lookAt(name, holds)
    },
    notified(name, act, calledAt) {
      for (const held of live.get(name) ?? []) {
        // On a quorum a vote that arrives after the order is not told of it.
        const isSure = held.alone || (isCalm && held.heldAt + LATE_VOTE_MS < calledAt)
        if (!isSure || held.heldAt >= calledAt) continue
        const renewedBy = clock.now() + held.hold.ttlMs / held.time.rate + ROUNDING_MS
        if (act === 'lapse') held.endsBy = Math.min(held.endsBy, renewedBy)
        else held.isToldBy = Math.min(held.isToldBy, renewedBy)
      }
    },
    revoke(name) {
      revokedAt.set(name, clock.now())
      for (const holds of name === null ? live.values() : [live.get(name) ?? []])
        for (const held of holds) held.revoked = true
    },
  }
}

const NOTHING_YET = {
  overSince: null,
  endsBy: Number.POSITIVE_INFINITY,
  isToldBy: Number.POSITIVE_INFINITY,
}

const remainingOf = ({ hold, time }: Held): number => time.aside(() => hold.remainingMs())

/** Told by what remains; long ago when nothing does. */
function sentAtOf({ hold, time }: Grant, remaining: number, now: number): number {
  return remaining > 0 ? now - (validUntil(0, hold.ttlMs) - remaining) / time.rate : -1
}

export const stackOf = (error: unknown): string =>
  (error instanceof Error ? error.stack : undefined) ?? String(error)
