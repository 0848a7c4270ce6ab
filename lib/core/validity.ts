/** How far clocks may run apart within one TTL, plus the store's own rounding. */
export const driftMs = (ttlMs: number): number => Math.round(0.01 * ttlMs) + 2

/** Until when a grant sent at `sentAt` may be relied on. Counted from the sending, never from the answer. */
export const validUntil = (sentAt: number, ttlMs: number): number => sentAt + ttlMs - driftMs(ttlMs)
