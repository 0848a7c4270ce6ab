import type { NewEvent } from '../fleet/event.ts'

/** Of an event that concerns no backend, node or lock more than another. */
export const ABOUT_ALL = {
  ...{ backend: null, lock: null, lockName: null, node: null },
  ...{ tokenDigest: null, label: null, fence: null, waiters: null },
} satisfies Partial<NewEvent>
