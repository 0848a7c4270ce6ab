import type { Answer, Refusal } from '../../core/node.ts'

interface Known {
  holder?: string | null
  place?: number | null
  remainingMs?: number | null
  message?: string | undefined
}

export function refused(why: Refusal, { holder, place, remainingMs, message }: Known = {}): Answer {
  return {
    outcome: 'refused',
    why,
    holder: holder ?? null,
    place: place ?? null,
    remainingMs: remainingMs ?? null,
    ...(message ? { message } : {}),
  }
}
