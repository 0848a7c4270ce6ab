/** What this package is to a service that takes locks. */
export * from '../core/index.ts'
export { openLockNodes } from '../engines/registry.ts'
export * from '../guards/index.ts'
export type { BackendInput } from './backend-of.ts'
export { bootstrap } from './bootstrap.ts'
export { type OpenLocksOptions, openLocks } from './open-locks.ts'
