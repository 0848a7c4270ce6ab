import type { Holder, Lock, LocksPage } from '@/lib/fleet/lock.ts'
import { aged } from '@/lib/fleet/remaining.ts'
import { counted, digits, duration, number, spoken } from '../ui/format.ts'

/** Thirty names under one prefix differ in their last part. */
export function nameParts(name: string): { prefix: string; last: string } {
  const cut = name.lastIndexOf('/', name.length - 2) + 1
  return { prefix: name.slice(0, cut), last: name.slice(cut) }
}

/** Who has it; of a lock that too few nodes answer for, who was seen last. */
export function holderWords(lock: Pick<Lock, 'holders' | 'state'>): string {
  if (lock.holders.length === 0) return lock.state === 'unknown' ? 'unknown' : '–'
  const labels = lock.holders.map((holder) => holder.label).join(', ')
  return lock.state === 'unknown' ? `was ${labels}` : labels
}

/** A fence of sixteen digits is told from the next one by its end. */
export const shortFence = (fence: string): string =>
  fence.length <= 10 ? digits(fence) : `…${digits(fence.slice(-9))}`

export interface Left {
  says: string
  /** Said before the number where the engine only promises a bound. */
  atLeast: boolean
  is: 'time' | 'none' | 'unknown' | 'nothing'
  /** Of the whole TTL, where that is known. */
  part: number | null
}

const NOTHING: Left = { says: '–', atLeast: false, is: 'nothing', part: null }

const UNKNOWN: Left = { says: 'unknown', atLeast: false, is: 'unknown', part: null }

/** The same for the holder of a lock: where nobody can say who holds it, nobody can say how long. */
export const leftOfLock = (lock: Pick<Lock, 'holders' | 'observedAt' | 'state'>, now: number | null): Left =>
  lock.holders.length === 0 && lock.state === 'unknown'
    ? UNKNOWN
    : leftOf(lock.holders[0], lock.observedAt, now)

/** What is left of a hold now, from what was left when it was read. */
export function leftOf(
  holder: Pick<Holder, 'remainingMs' | 'remainingIs' | 'ttlMs'> | undefined,
  observedAt: string,
  now: number | null,
): Left {
  if (holder === undefined) return NOTHING
  const elapsed = now === null ? 0 : Math.max(0, now - Date.parse(observedAt))
  const { remainingMs, remainingIs } = aged(holder, elapsed)
  if (remainingIs === 'none') return { says: 'none', atLeast: false, is: 'none', part: null }
  if (remainingIs === 'unknown' || remainingMs === null) return UNKNOWN
  return {
    says: duration(remainingMs),
    atLeast: remainingIs === 'at-least',
    is: 'time',
    part: holder.ttlMs === null || holder.ttlMs <= 0 ? null : Math.min(1, remainingMs / holder.ttlMs),
  }
}

export interface Held {
  says: string
  /** It may have been held for longer: only since then was it seen. */
  atLeast: boolean
  since: string | null
}

/** How long it has been held, as far as that is known. */
export function heldFor(lock: Pick<Lock, 'holders' | 'state'>, now: number | null): Held {
  const holder = lock.holders[0]
  if (lock.state === 'unknown') return { says: 'unknown', atLeast: false, since: null }
  if (holder === undefined) return { says: '–', atLeast: false, since: null }
  if (holder.since === null || holder.sinceIs === 'unknown') {
    return { says: 'unknown', atLeast: false, since: null }
  }
  const says = now === null ? '–' : duration(now - Date.parse(holder.since))
  return { says, atLeast: holder.sinceIs === 'first-seen', since: holder.since }
}

/** Waiters by service, the most first: `checkout-api 9, settle-cron 4`. */
export function waitersByLabel(lock: Pick<Lock, 'waiters'>): string {
  if (!lock.waiters.known) return ''
  const counts = new Map<string, number>()
  for (const waiter of lock.waiters.list) {
    const label = waiter.identity?.service ?? waiter.label
    counts.set(label, (counts.get(label) ?? 0) + 1)
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([label, count]) => `${label} ${count}`)
    .join(', ')
}

/** All the waiting done by those who wait now, as far as it is known; null when nobody can tell. */
export function waitedMs(lock: Pick<Lock, 'waiters'>, now: number): { ms: number; isAll: boolean } | null {
  if (!lock.waiters.known) return null
  const { count, list } = lock.waiters
  const times = list.flatMap(({ since }) => (since === null ? [] : [Math.max(0, now - Date.parse(since))]))
  if (count > 0 && times.length === 0) return null
  return { ms: times.reduce((sum, time) => sum + time, 0), isAll: times.length === count }
}

export function waitedWords(lock: Pick<Lock, 'waiters'>, now: number | null): string {
  const waited = now === null ? null : waitedMs(lock, now)
  if (waited === null) return now === null ? '' : 'since when is not known'
  return `waited ${waited.isAll ? '' : 'at least '}${duration(waited.ms)} in all`
}

/** How many match: of all locks that are known now, which the list itself was told when it was asked for. */
export function countWords(page: Pick<LocksPage, 'total' | 'of'>, q: string, all: number = page.of) {
  const matching = number(page.total)
  if (q === '') return { matching, of: page.total === 1 ? 'lock' : 'locks' }
  return { matching, of: `of ${number(Math.max(all, page.total))} match` }
}

/** Who did not answer in full while the list was read. */
export function incompleteWords(incomplete: LocksPage['incomplete']): string {
  const parts = incomplete.map(({ backend, nodes }) =>
    nodes.length === 0 ? backend : `${backend} without ${spoken(nodes.map(nodeName))}`,
  )
  return spoken(parts)
}

export const nodeName = (node: string): string => node.slice(node.lastIndexOf('/') + 1)

export function searchedWords(backends: number, incomplete: LocksPage['incomplete']): string {
  const full = backends - incomplete.length
  return incomplete.length === 0
    ? `All of ${counted(backends, 'backend')} answered in full.`
    : `${full} of ${counted(backends, 'backend')} answered in full; ${incompleteWords(incomplete)}.`
}

/** Who and where, as far as the library tells: `worker-3 on pay-w3, pid 4127`. */
export function whereabouts({ label, identity }: Pick<Holder, 'label' | 'identity'>): string {
  if (identity === null) return label
  const host = identity.host === null ? '' : ` on ${identity.host}`
  return `${identity.service}${host}${identity.pid === null ? '' : `, pid ${identity.pid}`}`
}
