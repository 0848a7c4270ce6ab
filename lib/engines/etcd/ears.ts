import type { Message, Stop } from '../../core/node.ts'
import type { Cluster } from './connect.ts'
import { type Watched, watchOwn } from './watch-own.ts'

/** Those of this process who listen, and the one watch for all of them. */
export interface Ears {
  tell(process: string, message: Message): void
  listen(process: string, onMessage: (message: Message) => void): Promise<Stop>
  close(): void
}

export interface Watching {
  watched: readonly Watched[]
  /** Everything after this revision is told, until something may have been missed. */
  begun(revision: number): void
  missed(): void
}

export function createEars(cluster: Cluster, { watched, begun, missed }: Watching): Ears {
  const listeners = new Map<(message: Message) => void, string>()
  let watching: Promise<() => void> | null = null

  const stop = async () => {
    const current = watching
    watching = null
    const end = await current?.catch(() => null)
    end?.()
  }
  return {
    tell(process, message) {
      for (const [listener, whose] of listeners) if (whose === process) listener(message)
    },
    async listen(process, onMessage) {
      listeners.set(onMessage, process)
      watching ??= watchOwn(cluster, watched, begun, missed)
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
