import type { Budget } from './read-budget.ts'
import type { Reader } from './reader.ts'
import { askOne, bytes, type Command, list } from './replies.ts'

/** Larger pages block the node for longer than others should feel. */
export const PAGE = 1_000

/** All pages of a SCAN. The next one is asked for before the last is handed on, so that nobody waits for anybody. */
export async function* pagesOf(
  reader: Reader,
  budget: Budget,
  signal: AbortSignal,
  command: (cursor: string | Buffer) => Command,
): AsyncGenerator<Buffer[]> {
  let asked = askOne(reader, command('0'))
  for (;;) {
    const [next, page] = list(await asked)
    signal.throwIfAborted()
    const cursor = bytes(next) ?? Buffer.from('0')
    const isLast = cursor.length === 1 && cursor[0] === ZERO
    if (!isLast) {
      await budget.pause()
      signal.throwIfAborted()
      asked = askOne(reader, command(cursor))
      asked.catch(() => {})
    }
    yield list(page) as Buffer[]
    if (isLast) return
  }
}

const ZERO = '0'.charCodeAt(0)
