import type { LockState } from '../fleet/states.ts'
import type { VerdictId } from '../fleet/verdict.ts'
import type { DemoBackend } from './fleet.ts'

/** Something that a visitor of the demo can meet, and where. */
export interface Sight {
  readonly what: string
  readonly backend: DemoBackend
  /** What the lock's name begins with. */
  readonly name: string
  readonly state?: LockState
  readonly verdict?: VerdictId
  readonly dialect?: string
}

/** Of our own library: on real servers and in memory alike. */
export const OWN_SIGHTS: readonly Sight[] = [
  {
    what: 'one that is held and renewed for long',
    backend: 'payments',
    name: 'orders/settle/eu-west',
    state: 'held',
  },
  { what: 'one that is free', backend: 'payments', name: 'inventory/sku-batch', state: 'free' },
  { what: 'a crowd that waits for long', backend: 'payments', name: 'refunds/batch/7', verdict: 'hot' },
  {
    what: 'somebody who fell silent',
    backend: 'jobs',
    name: 'reports/monthly-close',
    verdict: 'holder-silent',
  },
  { what: 'a migration that is frozen', backend: 'jobs', name: 'schema/orders', state: 'frozen' },
  { what: 'the reason for that', backend: 'jobs', name: 'schema/orders', verdict: 'frozen' },
  { what: 'one that is held back', backend: 'payments', name: 'rates/refresh', state: 'held-back' },
  {
    what: 'a client that knows two voters of five',
    backend: 'payments',
    name: 'catalog/prices',
    state: 'partial',
  },
  {
    what: 'two clients that know two voters each',
    backend: 'payments',
    name: 'catalog/images',
    state: 'split',
  },
  {
    what: 'a client that knows three voters',
    backend: 'payments',
    name: 'catalog/feed',
    verdict: 'below-quorum',
  },
  {
    what: 'two services that wait for each other',
    backend: 'payments',
    name: 'ledger/close',
    verdict: 'deadlock',
  },
  { what: 'the other one of them', backend: 'jobs', name: 'invoices/archive', verdict: 'deadlock' },
]

/** On real servers a client can die: its connections end, and it takes no leave. */
export const GHOST_SIGHTS: readonly Sight[] = [
  { what: 'a queue of somebody who is dead', backend: 'payments', name: 'coupons/rebuild', state: 'waiting' },
]

/** Of other libraries, on real servers. */
export const FOREIGN_SIGHTS: readonly Sight[] = [
  {
    what: 'a crashed client without a TTL',
    backend: 'jobs',
    name: 'legacy:export/customers',
    verdict: 'no-ttl',
  },
  {
    what: 'node-redlock on five voters',
    backend: 'payments',
    name: 'lock:catalog/import',
    dialect: 'redlock',
  },
  { what: 'redis-py', backend: 'jobs', name: 'lock:exports:daily', dialect: 'redis-py' },
  {
    what: 'Redisson, kept alive by its watchdog',
    backend: 'jobs',
    name: 'stock:rebalance',
    dialect: 'redisson',
  },
  {
    what: 'a fair lock of Redisson with its queue',
    backend: 'jobs',
    name: 'payouts:batch',
    dialect: 'redisson',
  },
  {
    what: 'a place in its queue whose owner is dead',
    backend: 'jobs',
    name: 'payouts:batch',
    verdict: 'dead-waiter',
  },
  { what: 'a read-write lock of Redisson', backend: 'jobs', name: 'prices:table', dialect: 'redisson' },
  { what: 'a job of BullMQ', backend: 'jobs', name: 'emails:', dialect: 'bullmq' },
  { what: 'a scheduled task of ShedLock', backend: 'jobs', name: 'nightly-invoices', dialect: 'shedlock' },
  { what: 'a semaphore of redis-semaphore', backend: 'jobs', name: 'thumbnails', dialect: 'redis-semaphore' },
  { what: 'who deletes without looking', backend: 'jobs', name: 'sitemap', verdict: 'unsafe-releaser' },
  {
    what: 'a queue of etcd, as of etcdctl lock',
    backend: 'infra',
    name: '/locks/deploy/api',
    dialect: 'etcd-queue',
  },
  {
    what: 'the leader of a Patroni cluster',
    backend: 'infra',
    name: '/service/orders-db/leader',
    dialect: 'patroni',
  },
]

/** After a while of its own usual holds: renewed on and on. */
export const ENDLESS: Sight = {
  what: 'one that is renewed and never let go',
  backend: 'jobs',
  name: 'exports/orders',
  verdict: 'immortal',
}
