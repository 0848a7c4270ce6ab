import type { Answer, HoldRef, Notice, Reading, Refusal } from '../../core/node.ts'
import { ownerLabel } from '../../core/owner.ts'
import { CommandFailed, unknownOf } from './trouble.ts'

/** The replies of a call, one per tuple. Throws when the call as a whole failed. */
export function repliesOf(reply: unknown, count: number): unknown[] {
  if (!Array.isArray(reply)) throw new CommandFailed('an answer that is not understood', true)
  if (reply[0] === 'failed') throw new CommandFailed(String(reply[1]), reply[2] !== '0')
  if (reply.length !== count) throw new CommandFailed('an answer of another length', true)
  return reply
}

const NOT_UNDERSTOOD: Answer = {
  outcome: 'unknown',
  why: 'an answer that is not understood',
  maybeDone: true,
}

export function answerOf(reply: unknown, { name }: Pick<HoldRef, 'name'>): Answer {
  if (typeof reply === 'number') return granted(reply)
  if (!Array.isArray(reply)) return NOT_UNDERSTOOD
  switch (reply[0]) {
    case 'granted':
      return { ...granted(reply[1]), notice: noticeOf(String(reply[2])) }
    case 'handed':
      return {
        ...granted(0),
        handed: { name, ticket: String(reply[1]), fence: fenceOf(reply[2]) },
      }
    case 'refused':
      return refused(reply)
    case 'late':
      return { outcome: 'unknown', why: 'it came too late', maybeDone: false }
    case 'error':
      return unknownOf(String(reply[1]), reply[2] !== '0')
    default:
      return NOT_UNDERSTOOD
  }
}

type Granted = Extract<Answer, { outcome: 'granted' }>

const granted = (fence: unknown): Granted => ({ outcome: 'granted', fence: fenceOf(fence) })
/** 0 = none. */
const fenceOf = (fence: unknown): string | null => (fence === 0 ? null : String(fence))
/** -1 = not known. */
const known = (value: unknown): number | null => (typeof value === 'number' && value >= 0 ? value : null)

function refused([, why, holder, place, remainingMs, message, notice]: unknown[]): Answer {
  return {
    outcome: 'refused',
    why: String(why) as Refusal,
    holder: holder ? labelOf(String(holder)) : null,
    place: known(place),
    remainingMs: known(remainingMs),
    ...(message ? { message: String(message) } : {}),
    ...(notice ? { notice: noticeOf(String(notice)) } : {}),
  }
}

/** Who stands in what is stored behind a token; null when it is not of our making. */
function labelOf(json: string): string | null {
  const owner = parse(json).owner as Record<string, unknown> | undefined
  const { service, host } = owner ?? {}
  return typeof service === 'string' && typeof host === 'string' ? ownerLabel({ service, host }) : null
}

function noticeOf(json: string): Notice {
  const { kind, by, message } = parse(json)
  return { kind: kind === 'lapse' ? kind : 'ask', by: String(by ?? ''), message: String(message ?? '') }
}

function parse(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

export function readingOf(reply: unknown, name: string): Reading {
  if (!Array.isArray(reply)) throw new CommandFailed('an answer that is not understood', true)
  const [holders, permits, remainingMs, holder, waiters, closedForMs, ...slots] = reply
  return {
    name,
    held: holders > 0,
    holder: holder ? labelOf(String(holder)) : null,
    holders: Number(holders),
    permits: known(permits),
    slots: slots.map(Number),
    remainingMs: known(remainingMs),
    waiters: Number(waiters),
    closedForMs: known(closedForMs),
  }
}
