import type { NewEvent } from '../fleet/event.ts'

/** On a quorum a waiter gets the lock under another token, and then leaves its queue so much later at most. */
const LEAVES_WITHIN_MS = 2_000

type Told = Pick<NewEvent, 'at' | 'label'>

/** Whether somebody who left a queue did so because the lock was granted, and did not give up. */
export function gotIt(left: Told, lastGrant: Told | null | undefined): boolean {
  if (!lastGrant || lastGrant.label !== left.label) return false
  const afterMs = Date.parse(left.at) - Date.parse(lastGrant.at)
  return afterMs >= 0 && afterMs <= LEAVES_WITHIN_MS
}
