/** Which way through all keys. */
export type SweepWay = 'bare' | 'sweep' | 'index'

export type SweeperOrder = { kind: 'open'; url: string } | { kind: 'run'; way: SweepWay }

export interface Swept {
  ms: number
  /** Locks that were found; of the bare SCAN keys. */
  found: number
  /** Of the process's event loop, at worst. */
  blockedMs: number
  /** Of the process. */
  cpuMs: number
}
