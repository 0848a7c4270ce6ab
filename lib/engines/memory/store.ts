import { randomBytes } from 'node:crypto'
import { isEmpty, liveHolds, type MemoryLock } from './lock.ts'
import { MemoryServer, type ServerTime } from './server.ts'

/** Monotonic, so that a step of this machine's wall clock ends no hold. */
const systemTime: ServerTime = {
  now: () => performance.timeOrigin + performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}

const newRunId = (): string => randomBytes(8).toString('hex')

/** What a server in this process keeps. Driver, observer and demo reach the same one by its URL. */
export class MemoryStore extends MemoryServer {
  readonly locks = new Map<string, MemoryLock>()
  /** False after a loss of memory, until the first one who asks notices it. */
  marker = false
  quarantinedUntil = 0
  /** The last fence given, in microseconds. */
  lastFence = 0
  /** Changes with every start. */
  runId = newRunId()
  startedAt: number
  readonly #observers = new Set<(name: string) => void>()

  constructor(time: ServerTime = systemTime) {
    super(time)
    this.startedAt = this.now()
  }

  /** Works on what is kept of a name, without the holds that have ended; forgets the name when nothing is left. */
  use<T>(name: string, work: (lock: MemoryLock) => T): T {
    const lock = this.locks.get(name) ?? { holds: [], queue: [], gate: { freeze: null, holdBack: null } }
    const live = liveHolds(lock, this.now())
    const hadEnded = live.length < lock.holds.length
    lock.holds = live
    this.locks.set(name, lock)
    const result = work(lock)
    if (isEmpty(lock, this.now())) this.locks.delete(name)
    if (hadEnded) this.changed(name)
    return result
  }

  changed(name: string): void {
    for (const observer of this.#observers) observer(name)
  }

  onChange(observer: (name: string) => void): () => void {
    this.#observers.add(observer)
    return () => void this.#observers.delete(observer)
  }

  start({ empty }: { empty: boolean }): void {
    if (!this.comeUp()) return
    this.runId = newRunId()
    this.startedAt = this.now()
    if (empty) this.forget()
  }

  /** Like FLUSHALL: everything is gone, and the process goes on. */
  forget(): void {
    const names = [...this.locks.keys()]
    this.locks.clear()
    this.marker = false
    this.quarantinedUntil = 0
    this.lastFence = 0
    for (const name of names) this.changed(name)
  }
}

const stores = new Map<string, MemoryStore>()

/** The store of this URL in this process; made when it is first asked for. */
export function memoryStore(url: string): MemoryStore {
  const known = stores.get(url)
  if (known) return known
  const made = new MemoryStore()
  stores.set(url, made)
  return made
}
