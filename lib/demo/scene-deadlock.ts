import { randomBytes } from 'node:crypto'
import type { Locks } from '../core/index.ts'
import { again, rest } from './chance.ts'
import type { DemoBackend } from './fleet.ts'
import type { Stage } from './stage.ts'

const LEDGER = { backend: 'payments', name: 'ledger/close' } as const
const ARCHIVE = { backend: 'jobs', name: 'invoices/archive' } as const
const TTL_MS = 8_000
/** The first gives up and tries again later, as people write it; the other then gets what it waits for. */
const FIRST_WAITS_MS = 25_000
const SECOND_WAITS_MS = 40_000

interface Step {
  backend: DemoBackend
  name: string
}

/** Two services that take the same two locks, of two backends, in opposite order. */
export function deadlock(stage: Stage): Promise<void>[] {
  const { signal } = stage
  const ledger = both(stage, 'ledger', 'pay-2')
  const archive = both(stage, 'archive', 'batch-1')
  return [
    again(signal, [20_000, 30_000], () =>
      Promise.all([
        oneThenTheOther(ledger, LEDGER, ARCHIVE, FIRST_WAITS_MS, signal),
        oneThenTheOther(archive, ARCHIVE, LEDGER, SECOND_WAITS_MS, signal),
      ]).then(() => {}),
    ),
  ]
}

/** One process with locks in both backends. */
function both(stage: Stage, service: string, host: string): Record<DemoBackend, Locks> {
  const actor = { service, host, version: '1.0.3', process: randomBytes(8).toString('hex') }
  const [payments, jobs] = [stage.locks('payments', actor), stage.locks('jobs', actor)]
  return { payments, jobs, infra: jobs }
}

async function oneThenTheOther(
  locks: Record<DemoBackend, Locks>,
  first: Step,
  second: Step,
  waitMs: number,
  signal: AbortSignal,
): Promise<void> {
  await locks[first.backend].using(first.name, { ttlMs: TTL_MS, waitMs, signal }, async () => {
    await rest(500, signal)
    await locks[second.backend]
      .using(second.name, { ttlMs: TTL_MS, waitMs, signal }, () => rest(1_000, signal))
      .catch(() => {})
  })
}
