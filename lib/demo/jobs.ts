import type { Span } from './chance.ts'
import type { DemoBackend } from './fleet.ts'

/** One service that takes a lock from time to time. */
export interface Job {
  backend: DemoBackend
  name: string
  service: string
  version: string
  hosts: readonly string[]
  ttlMs: number
  holdMs: Span
  pauseMs: Span
  waitMs: number
}

const today = (): string => new Date().toISOString().slice(0, 10)

/** What runs all the time. */
export const jobs = (): Job[] => [
  {
    backend: 'payments',
    name: 'orders/settle/eu-west',
    service: 'settlement',
    version: '4.2.0',
    hosts: ['pay-1', 'pay-2'],
    ttlMs: 10_000,
    holdMs: [4_000, 9_000],
    pauseMs: [1_000, 4_000],
    waitMs: 30_000,
  },
  {
    backend: 'payments',
    name: 'inventory/sku-batch',
    service: 'inventory',
    version: '1.19.3',
    hosts: ['stock-1'],
    ttlMs: 8_000,
    holdMs: [1_500, 4_000],
    pauseMs: [1_000, 3_000],
    waitMs: 5_000,
  },
  {
    backend: 'payments',
    name: `wallet/payout/${today()}`,
    service: 'payouts',
    version: '2.0.1',
    hosts: ['pay-3'],
    ttlMs: 12_000,
    holdMs: [25_000, 45_000],
    pauseMs: [3_000, 6_000],
    waitMs: 5_000,
  },
  {
    backend: 'payments',
    name: 'refunds/batch/7',
    service: 'refunds',
    version: '3.7.0',
    hosts: ['pay-1', 'pay-2', 'pay-3', 'pay-4', 'pay-5'],
    ttlMs: 9_000,
    holdMs: [4_000, 7_000],
    pauseMs: [500, 1_500],
    waitMs: 120_000,
  },
  {
    backend: 'jobs',
    name: 'invoices/nightly',
    service: 'invoices',
    version: '0.9.12',
    hosts: ['batch-1', 'batch-2', 'batch-3'],
    ttlMs: 10_000,
    holdMs: [3_000, 6_000],
    pauseMs: [500, 2_000],
    waitMs: 60_000,
  },
  {
    backend: 'jobs',
    name: 'search/reindex/products',
    service: 'search',
    version: '5.1.0',
    hosts: ['search-1'],
    ttlMs: 6_000,
    holdMs: [15_000, 30_000],
    pauseMs: [2_000, 6_000],
    waitMs: 0,
  },
  {
    backend: 'infra',
    name: 'leader/scheduler',
    service: 'scheduler',
    version: '1.4.4',
    hosts: ['node-a', 'node-b'],
    ttlMs: 9_000,
    holdMs: [30_000, 60_000],
    pauseMs: [1_000, 2_000],
    waitMs: 120_000,
  },
  {
    backend: 'infra',
    name: 'config/rollout',
    service: 'rollout',
    version: '7.0.0',
    hosts: ['node-c'],
    ttlMs: 5_000,
    holdMs: [2_000, 5_000],
    pauseMs: [3_000, 8_000],
    waitMs: 0,
  },
]
