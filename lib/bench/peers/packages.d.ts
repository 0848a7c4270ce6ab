/*
 * As much of the peers as is used here. They are installed by the benchmark alone: the rest of the project is checked
 * without them.
 */

declare module 'redlock4' {
  import type { Redis } from 'ioredis'

  interface Held {
    unlock(): Promise<void>
  }
  class Redlock {
    constructor(clients: Redis[], options?: { retryCount: number; retryDelay: number; retryJitter: number })
    on(event: 'clientError', listener: (error: Error) => void): void
    lock(resource: string, ttlMs: number): Promise<Held>
  }

  export = Redlock
}

declare module 'redlock5' {
  import type { Redis } from 'ioredis'

  interface Held {
    release(): Promise<unknown>
  }
  class Redlock {
    constructor(clients: Redis[], options?: { retryCount: number; retryDelay: number; retryJitter: number })
    on(event: 'error', listener: (error: Error) => void): void
    acquire(resources: string[], ttlMs: number): Promise<Held>
    quit(): Promise<void>
  }

  export = Redlock
}

declare module '@sesamecare-oss/redlock' {
  import type { Redis } from 'ioredis'

  interface Held {
    release(): Promise<unknown>
  }
  export class Redlock {
    constructor(clients: Redis[], options?: { retryCount: number; retryDelay: number; retryJitter: number })
    on(event: 'error', listener: (error: Error) => void): void
    acquire(resources: string[], ttlMs: number): Promise<Held>
  }
}

declare module 'redlock-universal' {
  import type { Redis } from 'ioredis'

  interface Held {
    readonly id: string
  }
  interface Lock {
    acquire(): Promise<Held>
    release(held: Held): Promise<boolean>
  }
  interface Settings {
    key: string
    ttl: number
    retryAttempts?: number
    retryDelay?: number
  }
  export class IoredisAdapter {
    constructor(client: Redis)
  }
  export function createLock(
    settings: Settings & { adapter: IoredisAdapter; performance: 'standard' | 'lean' },
  ): Lock
  export function createRedlock(settings: Settings & { adapters: IoredisAdapter[] }): Lock
}

declare module 'redis-semaphore' {
  import type { Redis } from 'ioredis'

  interface Settings {
    lockTimeout: number
    acquireTimeout: number
    retryInterval?: number
  }
  export class Mutex {
    constructor(client: Redis, key: string, settings: Settings)
    acquire(): Promise<void>
    release(): Promise<void>
  }
  export class RedlockMutex {
    constructor(clients: Redis[], key: string, settings: Settings)
    acquire(): Promise<void>
    release(): Promise<void>
  }
}

declare module 'node-redis-warlock' {
  import type { Redis } from 'ioredis'

  type Unlock = (done: (error: Error | null) => void) => void
  interface Warlock {
    optimistic(
      key: string,
      ttlMs: number,
      attempts: number,
      pauseMs: number,
      done: (error: Error | null, unlock: Unlock) => void,
    ): void
  }
  function createWarlock(client: Redis): Warlock

  export = createWarlock
}
