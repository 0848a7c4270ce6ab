import type { Answer, Refusal } from '../../core/node.ts'

interface Known {
  holder?: string | null
  place?: number
  remainingMs?: number
  message?: string
}

export function refused(why: Refusal, { holder = null, place, remainingMs, message }: Known = {}): Answer {
  return {
    outcome: 'refused',
    why,
    holder,
    place: place ?? null,
    remainingMs: remainingMs === undefined ? null : Math.ceil(remainingMs),
    ...(message === undefined ? {} : { message }),
  }
}
