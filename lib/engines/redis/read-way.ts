import { ReadFailed } from './read-failed.ts'
import { Kinds } from './read-kinds.ts'
import type { Reader } from './reader.ts'

/** One script reads many keys at a fraction of what single commands cost. Where it may not, single commands do. */
export interface Way {
  readonly isByScript: boolean
  /** What was learnt on the way. */
  readonly kinds: Kinds
  take<T>(byScript: () => Promise<T>, byCommands: () => Promise<T>): Promise<T>
}

export function createWay({ client }: Reader): Way {
  let isByScript = true
  // The next connection may be to another server, or have other rights.
  client.on('close', () => {
    isByScript = true
  })
  return {
    kinds: new Kinds(),
    get isByScript() {
      return isByScript
    },
    async take(byScript, byCommands) {
      if (!isByScript) return await byCommands()
      try {
        return await byScript()
      } catch (error) {
        if (!(error instanceof ReadFailed) || !isAgainstScripts(error)) throw error
        isByScript = false
        return await byCommands()
      }
    },
  }
}

/** Not allowed at all, or not such as name keys that they did not announce. */
const isAgainstScripts = ({ isRefused, said }: ReadFailed): boolean =>
  isRefused || /^ERR\b.*(script|undeclared)/is.test(said)
