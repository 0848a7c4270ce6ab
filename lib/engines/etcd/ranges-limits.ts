import { LONGEST_RECORD } from '../owner-record.ts'
import type { Entry } from './dialects/entry.ts'

const TOO_MUCH = /received message larger than max|too many operations/i

/** An answer would be bigger than this client takes, or a question than a member takes: ask for less at once. */
export const isTooMuch = (error: unknown): boolean => TOO_MUCH.test(said(error))

/** What a member itself said. */
export const said = (error: unknown): string =>
  error instanceof Error ? String(error.cause ?? error) : String(error)

const REMEMBERED = 50_000
/** Longer names are not worth remembering. */
const LONGEST_NAME = 512

/** Keys whose values were looked at for nothing: not read again until they are written again. */
export class Unread {
  /** Bytes of a value that nobody writes for a lock. */
  static readonly OVER = LONGEST_RECORD
  readonly #seen = new Map<string, string>()

  has({ key, modRevision }: Entry): boolean {
    return this.#seen.size > 0 && this.#seen.get(key.toString('latin1')) === modRevision
  }

  /** After the store has gone back, the same revisions come again. */
  clear(): void {
    this.#seen.clear()
  }

  add({ key, modRevision }: Entry): void {
    if (key.length > LONGEST_NAME) return
    const [oldest] = this.#seen.keys()
    if (this.#seen.size >= REMEMBERED && oldest !== undefined) this.#seen.delete(oldest)
    this.#seen.set(key.toString('latin1'), modRevision)
  }
}
