import type { Watch } from '../watch/watch.ts'

/** Waits until a backend can be read for the first time; before that, that a lock is nowhere to be found means nothing. */
export function openObserved(watch: Watch, backends: ReadonlySet<string>): (id: string) => Promise<boolean> {
  const seen = new Set<string>()
  const waiting = new Map<string, (() => void)[]>()
  watch.onChange(({ events }) => {
    for (const { kind, backend } of events) {
      if (kind !== 'observing' || backend === null) continue
      seen.add(backend)
      for (const goOn of waiting.get(backend) ?? []) goOn()
      waiting.delete(backend)
    }
  })
  return async (id) => {
    if (!backends.has(id)) return false
    if (!seen.has(id)) {
      await new Promise<void>((resolve) => waiting.set(id, [...(waiting.get(id) ?? []), resolve]))
    }
    return true
  }
}
