import { randomBytes } from 'node:crypto'
import type { Owner } from '../../core/owner.ts'

export interface MemoryLock {
  token: string
  owner: Owner
  fence: string | null
  /** Epoch milliseconds of the store, like every time in it. */
  since: number
  ttlMs: number
  /** From then on it is free, whether or not it has been swept. */
  expiresAt: number
}

export interface MemoryWaiter {
  ticket: string
  owner: Owner
  since: number
  /** Dead from then on. */
  until: number
}

/** A server that lives in this process. Driver, observer and demo reach the same one by its URL. */
export interface MemoryStore {
  readonly url: string
  readonly running: boolean
  readonly frozen: boolean
  /** Changes with every start. */
  readonly runId: string
  readonly startedAt: number
  readonly locks: Map<string, MemoryLock>
  /** In the order of first asking. */
  readonly queues: Map<string, MemoryWaiter[]>
  /** False after a loss of memory, until the first one who asks notices it. */
  marker: boolean
  quarantinedUntil: number
  /** The last fence given, in microseconds. */
  lastFence: number
  now(): number
  /** What every command does first: throws when the server is down, waits while it is frozen. */
  reach(): Promise<void>
  changed(name: string): void
  onChange(listener: (name: string) => void): () => void
  wake(process: string, name: string): void
  onWake(process: string, listener: (name: string) => void): () => void
  stop(): void
  start(how: { empty: boolean }): void
  freeze(): void
  resume(): void
}

const stores = new Map<string, MemoryStore>()

/** The store of this URL in this process; made when it is first asked for. */
export function memoryStore(url: string): MemoryStore {
  const known = stores.get(url)
  if (known) return known
  const made = createStore(url)
  stores.set(url, made)
  return made
}

/** Monotonic, so that a step of the wall clock ends no hold. */
const now = (): number => performance.timeOrigin + performance.now()

const newRunId = (): string => randomBytes(8).toString('hex')

function createStore(url: string): MemoryStore {
  const changes = new Set<(name: string) => void>()
  const wakes = new Map<string, Set<(name: string) => void>>()
  let thaw: { done: Promise<void>; resolve: () => void } | null = null
  let running = true
  let runId = newRunId()
  let startedAt = now()

  const store: MemoryStore = {
    url,
    get running() {
      return running
    },
    get frozen() {
      return thaw !== null
    },
    get runId() {
      return runId
    },
    get startedAt() {
      return startedAt
    },
    locks: new Map(),
    queues: new Map(),
    marker: false,
    quarantinedUntil: 0,
    lastFence: 0,
    now,
    async reach() {
      while (running && thaw) await thaw.done
      if (!running) throw new Error('the server is down')
    },
    changed(name) {
      for (const listener of changes) listener(name)
    },
    onChange(listener) {
      changes.add(listener)
      return () => void changes.delete(listener)
    },
    wake(process, name) {
      for (const listener of wakes.get(process) ?? []) listener(name)
    },
    onWake(process, listener) {
      const set = wakes.get(process) ?? new Set()
      wakes.set(process, set.add(listener))
      return () => void set.delete(listener)
    },
    stop() {
      running = false
      store.resume()
    },
    start({ empty }) {
      if (running) return
      running = true
      runId = newRunId()
      startedAt = now()
      if (!empty) return
      const names = new Set([...store.locks.keys(), ...store.queues.keys()])
      store.locks.clear()
      store.queues.clear()
      Object.assign(store, { marker: false, quarantinedUntil: 0, lastFence: 0 })
      for (const name of names) store.changed(name)
    },
    freeze() {
      if (thaw) return
      let resolve = () => {}
      const done = new Promise<void>((set) => {
        resolve = set
      })
      thaw = { done, resolve }
    },
    resume() {
      thaw?.resolve()
      thaw = null
    },
  }
  return store
}
