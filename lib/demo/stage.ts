import { setMaxListeners } from 'node:events'
import { createLocks, type Locks, type Owner } from '../core/index.ts'
import type { DemoBackend, Fleet, OpenedBackend } from './fleet.ts'

/** Who appears in the demo: a service on a host. */
export type Actor = Pick<Owner, 'service' | 'host'> & Partial<Owner>

/** What the scenes of the demo are played on. */
export interface Stage {
  readonly fleet: Fleet
  /** Aborts when the demo ends. */
  readonly signal: AbortSignal
  locks(backend: DemoBackend, actor: Actor): Locks
  /** Of a client that knows only these voters of `payments`. */
  misled(voters: readonly string[], actor: Actor): Locks
  close(): Promise<void>
}

export function openStage(fleet: Fleet): Stage {
  const stopping = new AbortController()
  const { signal } = stopping
  // Everybody who rests listens to it.
  setMaxListeners(0, signal)
  const backends: Record<DemoBackend, OpenedBackend> = {
    payments: fleet.open('payments'),
    jobs: fleet.open('jobs'),
    infra: fleet.open('infra'),
  }
  const opened: Locks[] = []
  const keep = (locks: Locks): Locks => {
    opened.push(locks)
    return locks
  }
  return {
    fleet,
    signal,
    locks: (backend, owner) => keep(createLocks({ backend: backends[backend], owner })),
    misled(voters, owner) {
      const { nodes, ...payments } = backends.payments
      const backend = { ...payments, nodes: nodes.filter(({ id }) => voters.includes(id)) }
      return keep(createLocks({ backend, owner }))
    },
    async close() {
      stopping.abort()
      await Promise.allSettled(opened.map((locks) => locks.close()))
      await Promise.allSettled(Object.values(backends).map((backend) => backend.close()))
    },
  }
}
