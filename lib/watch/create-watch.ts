import type { KeyId } from '../fleet/sighting.ts'
import type { Usual } from '../fleet/verdicts/rule.ts'
import { BackendWatch, type WatchedBackend } from './backend-watch.ts'
import { FleetState } from './fleet-state.ts'
import type { Watch } from './watch.ts'

export interface WatchOptions {
  /** A listener threw; the reading goes on. */
  onTrouble?: (error: unknown) => void
  /** How long the lock with that id is usually held, if that is known. */
  usualOf?: (id: string) => Usual | null
  /** The highest fence that was ever recorded of the lock with that id, when a lower one was granted after it. */
  fenceBefore?: (id: string) => string | null
}

/** Begins to read all backends, each on its own. Closing it ends the reading and leaves the backends open. */
export function createWatch(backends: readonly WatchedBackend[], options: WatchOptions = {}): Watch {
  const state = new FleetState({
    onTrouble: options.onTrouble ?? (() => {}),
    usualOf: options.usualOf ?? (() => null),
    fenceBefore: options.fenceBefore,
    onForget: (rows, key) => watches.get(rows.options.backend)?.forget(rows, key),
  })
  const watches = new Map(backends.map((watched) => [watched.open.id, new BackendWatch(watched, state)]))
  const placeOf = (id: string): [BackendWatch, KeyId] | null => {
    for (const watch of watches.values()) {
      const key = watch.keyOf(id)
      if (key) return [watch, key]
    }
    return null
  }
  return {
    get version() {
      return state.version
    },
    locks: state.locks,
    backends: () => [...watches.values()].map((watch) => watch.view()),
    async reread(id) {
      const [watch, key] = placeOf(id) ?? []
      return watch && key ? watch.reread(key) : null
    },
    fenceWentDown: (id) => state.fenceWentDown(id),
    keyOf: (id) => placeOf(id)?.[1] ?? null,
    onChange: (listener) => state.onChange(listener),
    async close() {
      await Promise.all([...watches.values()].map((watch) => watch.close()))
      state.close()
    },
  }
}
