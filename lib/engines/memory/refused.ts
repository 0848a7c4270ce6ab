import type { Answer, Notice, Refusal } from '../../core/node.ts'

interface Known {
  holder?: string | null
  place?: number | null
  remainingMs?: number | null
  message?: string | undefined
  notice?: Notice
}

export function refused(why: Refusal, known: Known = {}): Answer {
  const { holder, place, remainingMs, message, notice } = known
  return {
    outcome: 'refused',
    why,
    holder: holder ?? null,
    place: place ?? null,
    remainingMs: remainingMs ?? null,
    ...(message ? { message } : {}),
    ...(notice ? { notice } : {}),
  }
}
