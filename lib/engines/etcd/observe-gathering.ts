import type { Entry } from './dialects/entry.ts'

export interface Group {
  prefix: Buffer
  entries: Entry[]
}

const isUnder = (key: Buffer, prefix: Buffer): boolean =>
  key.length >= prefix.length && key.compare(prefix, 0, prefix.length, 0, prefix.length) === 0

/**
 * Puts keys that come in their order together to queues. Other keys stand between those of a queue, whole queues among them;
 * it is complete when the first key comes that does not begin with its prefix.
 */
export class Gathering {
  /** Each stands under the one before it. */
  readonly #open: Group[] = []

  add(prefix: Buffer, entry: Entry): void {
    const last = this.#open.at(-1)
    if (last?.prefix.equals(prefix)) last.entries.push(entry)
    else this.#open.push({ prefix: Buffer.from(prefix), entries: [entry] })
  }

  /** Tells those that are complete when this key comes, or when none comes any more. */
  before(key: Buffer | null, onComplete: (group: Group) => void): void {
    for (
      let last = this.#open.at(-1);
      last && !(key && isUnder(key, last.prefix));
      last = this.#open.at(-1)
    ) {
      this.#open.pop()
      onComplete(last)
    }
  }
}
