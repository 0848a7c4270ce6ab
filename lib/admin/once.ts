import { Problem } from '../fleet/problem.ts'

const REMEMBER_MS = 24 * 3_600_000
const MOST_KEYS = 10_000

/** Does a thing once per key: the same request again gets the first answer, another one under that key is refused. */
export interface Once<T> {
  run(key: string, request: string, work: () => Promise<T>): Promise<T>
}

export function openOnce<T>(now: () => number): Once<T> {
  const done = new Map<string, { request: string; at: number; answer: { value: T } | null }>()
  return {
    async run(key, request, work) {
      const before = done.get(key)
      if (before && before.request !== request) {
        throw new Problem('conflict', 'This Idempotency-Key was used for another request.', {
          hint: 'Use a new key for a new request.',
        })
      }
      if (before?.answer) return before.answer.value
      if (before)
        throw new Problem('conflict', 'This request is being carried out.', { hint: 'Ask again soon.' })
      for (const [old, { at, answer }] of done) {
        if (now() - at < REMEMBER_MS && done.size < MOST_KEYS) break
        if (answer) done.delete(old)
      }
      const entry: { request: string; at: number; answer: { value: T } | null } = {
        request,
        at: now(),
        answer: null,
      }
      done.set(key, entry)
      try {
        const value = await work()
        entry.answer = { value }
        return value
      } catch (error) {
        // Nothing was done: the key is free again.
        done.delete(key)
        throw error
      }
    },
  }
}
