import type { Gate, Lock, Vote } from '@/lib/fleet/lock.ts'
import type { FleetBackend } from '@/lib/fleet/node.ts'
import { environmentOf } from '../nodes/words.ts'
import { clock, counted, duration } from '../ui/format.ts'

/** How far a semaphore is used up; null for what only one holds at a time. */
export function permitWords({ kind, holders, permits }: Lock): string | null {
  if (kind !== 'semaphore') return null
  return permits === null
    ? `${counted(holders.length, 'permit')} taken`
    : `${holders.length} of ${counted(permits, 'permit')} taken`
}

/** Until when nobody is granted, and why not. */
export function gateWords({ state, until, by, message }: Gate): string {
  const what = state === 'frozen' ? 'Frozen' : 'Held back'
  const who = by ? ` by ${by}` : ''
  return `${what} until ${clock(Date.parse(until))}${who}${message ? `: ${message}` : '.'}`
}

/** What is said of a lock without a finding. */
export function quietWords(lock: Lock): string {
  const holder = lock.holders[0]?.label
  switch (lock.state) {
    case 'held':
      return `${permitWords(lock) ?? `${holder ?? 'Somebody'} holds it`}, and nothing about it needs a look.`
    case 'free':
      return 'It is free: nobody holds it.'
    case 'frozen':
    case 'held-back':
      return 'Nobody holds it, and nobody is granted it for now.'
    case 'waiting':
      return 'Nobody holds it, but somebody waits for it.'
    case 'unknown':
      return 'Nobody can say who holds it.'
    case 'partial':
      return `${holder ?? 'Somebody'} has votes, but no majority.`
    case 'split':
      return 'Its votes are split, and nobody has a majority.'
  }
}

export const backendWords = (backend: FleetBackend | undefined, id: string): string => {
  if (backend === undefined) return id
  const voters = backend.nodes.filter((node) => node.votes).length || backend.nodes.length
  const where = voters === 1 ? backend.kind : `${backend.kind} over ${counted(voters, 'node')}`
  return [id, where, environmentOf(backend)].filter((part) => part !== null).join(', ')
}

export const sameVotes = (votes: readonly Vote[]): number =>
  votes.filter((vote) => vote.vote === 'holder' && vote.same).length

export function votesNote(lock: Lock): string {
  const { needed, of } = lock.quorum
  const same = sameVotes(lock.votes)
  const who = lock.holders[0]?.label
  if (lock.state === 'unknown') {
    const voting = lock.votes.filter(({ vote }) => vote !== 'no-answer' && vote !== 'quarantined').length
    return `${voting} of ${of} can say, ${needed} are needed`
  }
  const permits = permitWords(lock)
  if (permits !== null) return of === 1 ? permits : `${permits}, each by ${needed} of ${of}`
  if (who === undefined)
    return of === 1 ? 'nobody is named' : `nobody is named, ${needed} of ${of} make a majority`
  if (of === 1) return `names ${who}`
  const margin =
    same < needed ? 'no majority' : same === needed ? 'just the quorum' : `${same - needed} to spare`
  return `${same} of ${of} name ${who}, ${margin}`
}

export const queueNote = (lock: Lock): string => {
  if (!lock.waiters.known) return 'not known'
  return lock.waiters.count === 0
    ? 'nobody waits'
    : `${counted(lock.waiters.count, 'waiter')}, in grant order`
}

/** What releasing it would lead to, or why it can't be. */
export function releaseNote(lock: Lock): string {
  if (lock.releaseBlocked !== null) return lock.releaseBlocked
  if (!lock.waiters.known) return 'Whoever asks next gets it.'
  const next = lock.waiters.list[0]
  return next === undefined ? 'It is free afterwards; nobody waits for it.' : `${next.label} is next in line.`
}

export function longestWait(lock: Lock, now: number | null): string {
  if (!lock.waiters.known) return 'no trace of waiters'
  const times = lock.waiters.list.flatMap((waiter) =>
    waiter.since === null ? [] : [Date.parse(waiter.since)],
  )
  if (times.length === 0 || now === null)
    return lock.waiters.count === 0 ? 'nobody waits' : 'since when is not known'
  return `the first for ${duration(now - Math.min(...times))}`
}
