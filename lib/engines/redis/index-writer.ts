/** So many names travel in one call. */
const LARGEST = 250

export interface Indexed {
  name: string
  ttlMs: number
}

type Fresh = Indexed & { token: string }

/**
 * Tells a node's index what is held, for those who read it: a moment after the grant, since most holds are over by then and
 * the index costs as much as the lock. Renewals, places in a queue and permits are told at once, by their scripts.
 */
export interface IndexWriter {
  held(hold: Fresh): void
  /** Whether the index may have been told of the hold. */
  ended(hold: Fresh): boolean
  close(): void
}

/** `write` gets what is to be told, and may fail: a name that is missing is found in another way. */
export function createIndexWriter(afterMs: number, write: (some: readonly Indexed[]) => void): IndexWriter {
  const fresh = new Map<string, Indexed>()
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    timer = undefined
    const all = [...fresh.values()]
    fresh.clear()
    for (let at = 0; at < all.length; at += LARGEST) write(all.slice(at, at + LARGEST))
  }
  return {
    held(hold) {
      fresh.set(hold.token + hold.name, hold)
      timer ??= setTimeout(flush, afterMs)
    },
    ended: ({ token, name }) => !fresh.delete(token + name),
    close: () => clearTimeout(timer),
  }
}
