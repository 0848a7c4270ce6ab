/** Bytes of a name that lists tell. A multiple of three, so that base64 can be cut there. */
const MOST_BYTES = 1_023
const MOST_BASE64 = (MOST_BYTES / 3) * 4

interface Named {
  name: string
  nameBytes: string
}

/** As it is shown beside others: a name may be as long as its store allows. */
export const shortName = (lock: Named): string => withShortName(lock).name

/** How a name begins, and how long it is when that is not all. The whole of it is told of a lock by itself. */
export function withShortName<T extends Named>(lock: T): T & { nameSize?: number } {
  const { name, nameBytes } = lock
  if (nameBytes.length <= MOST_BASE64) return lock
  const nameSize = Math.floor((nameBytes.length * 3) / 4) - (nameBytes.match(/=+$/)?.[0].length ?? 0)
  // Half of a pair is no character.
  const begins = name.slice(0, MOST_BYTES).replace(/[\ud800-\udbff]$/, '')
  return {
    ...lock,
    ...{ name: `${begins}… (${sizeWords(nameSize)})`, nameBytes: nameBytes.slice(0, MOST_BASE64), nameSize },
  }
}

const sizeWords = (bytes: number): string =>
  bytes < 10_000 ? `${(bytes / 1_000).toFixed(1)} KB` : `${Math.round(bytes / 1_000)} KB`
