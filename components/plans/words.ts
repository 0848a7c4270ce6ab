import type { Lock } from '@/lib/fleet/lock.ts'
import type { Plan, PlannedEffect } from '@/lib/fleet/plan.ts'
import { clock, counted, duration } from '../ui/format.ts'

export const EFFECT_SIGNS: Record<PlannedEffect['effect'], { sign: string; word: string }> = {
  delete: { sign: '−', word: 'deleted' },
  leave: { sign: '=', word: 'left alone' },
  'out-of-reach': { sign: '?', word: 'out of reach' },
}

export const countOf = (effects: readonly PlannedEffect[], effect: PlannedEffect['effect']): number =>
  effects.filter((one) => one.effect === effect).length

/** After the deletes: what else there is, and whether it suffices. */
export function restWords({ effects, lock }: Pick<Plan, 'effects' | 'lock'>): string {
  const left = countOf(effects, 'leave')
  const away = countOf(effects, 'out-of-reach')
  const parts = [...(left > 0 ? [`${left} left alone`] : []), ...(away > 0 ? [`${away} out of reach`] : [])]
  const { needed, of } = lock.quorum
  if (of === 1) return parts.join(', ')
  const free = effects.length - away
  const enough =
    free >= needed
      ? `${needed} of ${of} is a majority`
      : `${free} of ${of} is no majority: nobody may get it yet`
  return [...parts, enough].join(', ')
}

export type Life = 'alive' | 'silent' | 'unknown'

/** One confirmation is enough for a holder that has fallen silent, and only for that. */
export const lifeOf = ({ alive, typeName }: Pick<Plan, 'alive' | 'typeName'>): Life =>
  alive ? 'alive' : typeName === null ? 'silent' : 'unknown'

type Living = Pick<Plan, 'holder' | 'alive' | 'typeName'>

/** Whether the holder is at work, with the number that says so. */
export function lifeWords(plan: Living, now: number | null): string {
  const { holder } = plan
  if (holder === null) return 'nobody'
  const last = holder.lastRenewedAt
  const ago = last === null || now === null ? null : duration(now - Date.parse(last))
  const life = lifeOf(plan)
  if (life === 'alive') return ago === null ? 'granted lately' : `renewed ${ago} ago`
  if (life === 'silent') return ago === null ? 'silent' : `silent ${ago}`
  return 'not known if alive'
}

/** Why a name must be typed, or why not. */
export function whyName({ holder, alive, typeName }: Pick<Plan, 'holder' | 'alive' | 'typeName'>): string {
  const who = holder?.label ?? 'its holder'
  if (typeName === null) return `${who} has stopped renewing: one confirmation is enough.`
  if (alive) {
    return holder?.renewals
      ? `${who} is alive: it keeps renewing, so you are taking the lock from somebody at work.`
      : `${who} got the lock so lately that it counts as alive: you are taking it from somebody at work.`
  }
  return `Whether ${who} is alive can’t be told, so it is treated as if it were.`
}

/** What the holder is shown to lose and who gets it: `worker-3`, then `billing` or nobody. */
export function nextWords({ next, lock }: Pick<Plan, 'next' | 'lock'>): { who: string; note: string } {
  if (next !== null) {
    const more = lock.waiters.known ? lock.waiters.count - 1 : 0
    return {
      who: next.label,
      note: more > 0 ? `first in line, ${counted(more, 'other')} behind it` : 'the only one in line',
    }
  }
  return lock.waiters.known
    ? { who: 'free', note: 'nobody waits for it: whoever asks next gets it' }
    : { who: 'whoever asks next', note: 'this library leaves no trace of its waiters' }
}

/** What is still to be typed. */
export function lettersLeft(name: string, typed: string): string | null {
  if (typed === name) return null
  if (name.startsWith(typed)) return `${counted([...name.slice(typed.length)].length, 'letter')} left`
  return 'not the name'
}

export interface Difference {
  what: string
  was: string
  is: string
}

const holdersOf = (lock: Lock): string =>
  lock.holders.length === 0 ? 'nobody' : lock.holders.map((holder) => holder.label).join(', ')

const sinceOf = (lock: Lock): string => {
  const since = lock.holders[0]?.since
  return since == null ? '–' : clock(Date.parse(since))
}

const tokenOf = (lock: Lock): string =>
  lock.holders.map((holder) => holder.tokenDigest.slice(0, 8)).join(', ') || '–'

const votesOf = (lock: Lock): string => {
  const held = lock.votes.filter((vote) => vote.vote === 'holder' && vote.same).length
  return `${held} of ${lock.quorum.of}`
}

/** Then and now, line by line. */
export function differences(was: Lock, is: Lock): Difference[] {
  const lines: [string, (lock: Lock) => string][] = [
    ['State', (lock) => lock.state],
    ['Held by', holdersOf],
    ['Since', sinceOf],
    ['Token', tokenOf],
    ['Votes', votesOf],
    ['Waiting', (lock) => (lock.waiters.known ? String(lock.waiters.count) : 'unknown')],
  ]
  return lines.map(([what, of]) => ({ what, was: of(was), is: of(is) }))
}
