import type { Message, Stop } from '../../core/node.ts'
import { GATES, NOTICES, PREFIX, parseEntryKey, parseGateKey, parseNoticeKey } from './layout.ts'
import type { Means } from './means.ts'
import { watchOwn } from './watch-own.ts'

/** One watch for everybody in this process who listens. */
export interface Ears {
  tell(message: Message): void
  listen(means: Means, onMessage: (message: Message) => void): Promise<Stop>
  close(): void
}

export function createEars(): Ears {
  const listeners = new Set<(message: Message) => void>()
  let watching: Promise<() => void> | null = null

  const tell = (message: Message) => {
    for (const listener of listeners) listener(message)
  }
  const begin = ({ cluster, entries, turns }: Means) =>
    watchOwn(
      cluster,
      [
        {
          ...{ prefix: PREFIX, what: 'gone' },
          heard(key, revision) {
            const parsed = parseEntryKey(key)
            if (!parsed) return
            const { name, token } = parsed
            const own = entries.get(token)
            if (own) tell({ kind: own.held ? 'look' : 'wake', name })
            turns.entryGone(name, key, revision)
          },
        },
        {
          ...{ prefix: GATES, what: 'gone' },
          heard(key, revision) {
            const name = parseGateKey(key)
            if (name !== null) turns.gateGone(name, revision)
          },
        },
        {
          ...{ prefix: NOTICES, what: 'put' },
          heard(key) {
            const parsed = parseNoticeKey(key)
            if (parsed && entries.has(parsed.token)) tell({ kind: 'look', name: parsed.name })
          },
        },
      ],
      () => {
        for (const name of new Set([...entries.values()].map((entry) => entry.name))) {
          tell({ kind: 'look', name })
          tell({ kind: 'wake', name })
        }
      },
    )
  const stop = async () => {
    const current = watching
    watching = null
    ;(await current?.catch(() => null))?.()
  }
  return {
    tell,
    async listen(means, onMessage) {
      listeners.add(onMessage)
      watching ??= begin(means)
      const mine = watching
      try {
        await mine
      } catch (error) {
        listeners.delete(onMessage)
        if (watching === mine) watching = null
        throw error
      }
      return async () => {
        listeners.delete(onMessage)
        if (listeners.size === 0) await stop()
      }
    },
    close() {
      listeners.clear()
      void stop()
    },
  }
}
