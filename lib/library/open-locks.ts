import { createLocks, type Locks, type LocksOptions } from '../core/index.ts'
import { openLockNodes } from '../engines/registry.ts'
import { type BackendInput, backendOf } from './backend-of.ts'

export interface OpenLocksOptions extends Omit<LocksOptions, 'backend'> {
  backend: BackendInput
}

/** Locks with connections of their own, which end with them. Connects in the background. */
export function openLocks({ backend, ...options }: OpenLocksOptions): Locks {
  const opened = openLockNodes(backendOf(backend))
  const locks = createLocks({ ...options, backend: opened.backend })
  return {
    ...locks,
    async close() {
      await locks.close()
      await opened.close()
    },
  }
}
