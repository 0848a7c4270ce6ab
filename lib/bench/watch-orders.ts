import type { BackendSpec } from '../engines/spec.ts'

/** What is asked of the process that watches. */
export type WatcherOrder =
  /** Answers when every lock is known, with how long that took. */
  | { kind: 'open'; spec: BackendSpec; locks: number }
  | { kind: 'close' }
  | { kind: 'rss' }
  | { kind: 'follow'; forMs: number }
  /** The number of the change that each lock shows. */
  | { kind: 'state'; locks: number }

/** What is asked of the process that changes the locks. */
export type ChangerOrder =
  | { kind: 'fill'; urls: readonly string[]; locks: number }
  | { kind: 'change'; url: string; locks: number; perSecond: number; forMs: number }
  /** The number of the last change of each lock. */
  | { kind: 'state'; locks: number }

export interface Followed {
  /** By number of the change: when it was in the state, epoch ms. */
  seen: readonly (readonly [number, number])[]
  /** Percent of a core. */
  cpu: number
  /** The longest that the event loop was held up. */
  blockedMs: number
}

export interface Changed {
  /** By number of the change: when it was sent. */
  sent: readonly (readonly [number, number])[]
}

/** Names like those of a service, values as redlock writes them: 32 hexadecimal digits. They tell which change it was. */
export const lockName = (index: number): string => `locks:customer:${String(index).padStart(6, '0')}`
export const lockValue = (change: number): string => `a5${change.toString(16).padStart(30, '0')}`
export const changeOf = (value: string): number => Number.parseInt(value.slice(2), 16)
export const PATTERN = { match: 'locks:*', dialect: 'redlock' }

/** The wall clock, finer than a millisecond: the same for all processes of a machine. */
export const wallClock = (): number => performance.timeOrigin + performance.now()
