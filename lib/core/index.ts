export type { Clock } from './clock.ts'
export { LockError, type LockErrorCode } from './errors.ts'
export type { Hold } from './hold.ts'
export { createLocks, type Locks, type LocksOptions, type Tried } from './locks.ts'
export type {
  Answer,
  Ask,
  Backend,
  Capabilities,
  HoldRef,
  LockNode,
  Message,
  Reading,
  Refusal,
  Stop,
  WaitRef,
} from './node.ts'
export { type Owner, ownerLabel } from './owner.ts'
export type { Random } from './random.ts'
export type { AcquireOptions, AskOptions } from './request.ts'
export type { Vote } from './vote.ts'
