const isNumber = (fence: string): boolean => /^\d+$/.test(fence)

/** Fences are decimal and may outgrow a double. What is no number is never higher. */
export const isHigher = (fence: string, than: string): boolean =>
  isNumber(fence) &&
  isNumber(than) &&
  (fence.length === than.length ? fence > than : fence.length > than.length)

export function highestFenceOf(holders: readonly { fence: string | null }[]): string | null {
  let highest: string | null = null
  for (const { fence } of holders) {
    if (fence !== null && (highest === null || isHigher(fence, highest))) highest = fence
  }
  return highest
}
