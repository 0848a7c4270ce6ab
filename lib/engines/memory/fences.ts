import type { MemoryStore } from './store.ts'

/** By how much a voter's clock and a proposal may differ, in microseconds. */
const ALLOWANCE_US = 500_000

/** A clock that grows with every grant; a voter lets itself be led by what the client proposes. */
export function nextFence(
  store: MemoryStore,
  { alone, proposal }: { alone: boolean; proposal: string | null },
): string {
  const us = Math.floor(store.now() * 1_000)
  const own = alone ? us : us - ALLOWANCE_US
  const proposed = Number(proposal ?? 0)
  const followed = proposed <= us + ALLOWANCE_US ? proposed : 0
  store.lastFence = Math.max(store.lastFence + 1, own, alone ? 0 : followed)
  return String(store.lastFence)
}

/** A quorum's fence is what its highest vote says; the others are raised to it. */
export function raiseFence(store: MemoryStore, fence: string, raiseTo: string): string {
  store.lastFence = Math.max(store.lastFence, Number(raiseTo))
  return Number(raiseTo) > Number(fence) ? raiseTo : fence
}
