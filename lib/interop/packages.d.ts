/*
 * As much of the libraries as is used here. They are installed by the tests alone: the rest of the project is checked
 * without them.
 */

declare module 'redlock4' {
  import type { Redis } from 'ioredis'

  interface Held {
    unlock(): Promise<void>
  }
  class Redlock {
    constructor(clients: Redis[])
    lock(resources: string | string[], ttlMs: number): Promise<Held>
  }

  export = Redlock
}

declare module 'redlock5' {
  import type { Redis } from 'ioredis'

  interface Held {
    extend(ttlMs: number): Promise<Held>
    release(): Promise<unknown>
  }
  class Redlock {
    constructor(clients: Redis[])
    acquire(resources: string[], ttlMs: number): Promise<Held>
  }

  export = Redlock
}

declare module '@sesamecare-oss/redlock' {
  import type { Redis } from 'ioredis'

  interface Held {
    release(): Promise<unknown>
  }
  export class Redlock {
    constructor(clients: Redis[])
    acquire(resources: string[], ttlMs: number): Promise<Held>
  }
}

declare module 'redlock-universal' {
  import type { Redis } from 'ioredis'

  type Held = object
  interface Lock {
    acquire(): Promise<Held>
    release(held: Held): Promise<boolean>
  }
  export class IoredisAdapter {
    constructor(client: Redis)
  }
  export function createLock(settings: { key: string; ttl: number; adapter: IoredisAdapter }): Lock
  export function createRedlock(settings: { key: string; ttl: number; adapters: IoredisAdapter[] }): Lock
}

declare module 'redis-semaphore' {
  import type { Redis } from 'ioredis'

  interface Settings {
    lockTimeout: number
    /** 0 = it renews nothing. */
    refreshInterval?: number
    identifierSuffix?: string
  }
  interface Held {
    acquire(): Promise<void>
    release(): Promise<void>
  }
  export const Mutex: new (client: Redis, key: string, settings: Settings) => Held
  export const RedlockMutex: new (clients: Redis[], key: string, settings: Settings) => Held
  export const Semaphore: new (client: Redis, key: string, limit: number, settings: Settings) => Held
  export const RedlockSemaphore: new (
    clients: Redis[],
    key: string,
    limit: number,
    settings: Settings,
  ) => Held
  export const MultiSemaphore: new (
    client: Redis,
    key: string,
    limit: number,
    permits: number,
    settings: Settings,
  ) => Held
}

declare module 'node-redis-warlock' {
  import type { Redis } from 'ioredis'

  type Unlock = (done: (error: Error | null) => void) => void
  interface Warlock {
    lock(key: string, ttlMs: number, done: (error: Error | null, unlock: Unlock) => void): void
  }
  function createWarlock(client: Redis): Warlock

  export = createWarlock
}

declare module 'redis' {
  export interface Client {
    connect(): Promise<unknown>
    destroy(): void
  }
  export function createClient(options: { url: string }): Client
}

declare module 'redis-lock' {
  import type { Client } from 'redis'

  function createLock(client: Client): (name: string, ttlMs: number) => Promise<() => Promise<void>>

  export = createLock
}

declare module 'simple-redis-mutex' {
  import type { Client } from 'redis'

  export function tryLock(
    client: Client,
    name: string,
    options: { timeout: number },
  ): Promise<[boolean, () => Promise<void>]>
}

declare module 'bullmq' {
  interface Connection {
    connection: { host: string; port: number }
  }
  export class Queue {
    constructor(name: string, options: Connection)
    add(name: string, data: object): Promise<{ id?: string }>
    close(): Promise<void>
  }
  export class Worker {
    constructor(name: string, process: () => Promise<unknown>, options: Connection & { name?: string })
    close(force?: boolean): Promise<void>
  }
}

declare module 'bull' {
  class Queue {
    constructor(name: string, url: string)
    add(data: object): Promise<{ id: string | number }>
    process(process: () => Promise<unknown>): Promise<void>
    close(hurry?: boolean): Promise<void>
  }

  export = Queue
}
