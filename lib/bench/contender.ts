/** Gives a lock back. */
export type Release = () => Promise<unknown>

/** A lock library, or what one would write by hand, as the rounds drive it. */
export interface Contender {
  /** Waits for as long as the library likes to, and throws when it gives up. */
  acquire(name: string): Promise<Release>
  close(): Promise<void>
}

/** The servers that everybody works on. */
export interface Place {
  kind: 'redis' | 'redlock' | 'etcd'
  urls: readonly string[]
}

/** `pauseMs`: how long a library that waits by asking again pauses in between; null = as it comes. */
export type Open = (place: Place, pauseMs: number | null) => Promise<Contender>

export const TTL_MS = 10_000

/** After which a library that polls gives up and is asked again, so that every turn comes to an end. */
export const PATIENCE_MS = 1_000
