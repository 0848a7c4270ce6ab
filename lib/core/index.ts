export type { Clock } from './clock.ts'
export { LockError, type LockErrorCode } from './errors.ts'
export type { Hold } from './hold.ts'
export { createLocks, type Locks, type LocksOptions } from './locks.ts'
export type {
  Answer,
  Ask,
  Backend,
  Capabilities,
  Handed,
  HoldRef,
  LockNode,
  Message,
  Notice,
  Order,
  Reading,
  Refusal,
  Renewal,
  Stop,
  WaitRef,
} from './node.ts'
export type { Ordered, Orders } from './orders.ts'
export { type Owner, ownerLabel } from './owner.ts'
export type { Random } from './random.ts'
export type { AcquireOptions, AskOptions, Purpose } from './request.ts'
export type { Tried } from './tried.ts'
export type { Vote } from './vote.ts'
