/** Every store keeps a fence as a whole number of 64 bits with a sign. */
const HIGHEST = 2n ** 63n - 1n

/** What was given as a fence is none. */
export class InvalidFence extends Error {
  override readonly name = 'InvalidFence'
}

/** A hold's fence as a number: as text `9` would be higher than `10`, and a double forgets the last digits. */
export function parseFence(fence: string | null): bigint {
  if (fence === null) {
    throw new InvalidFence('this hold has no fence: several may hold at once, or its backend gives none')
  }
  if (!/^(0|[1-9]\d{0,18})$/.test(fence) || BigInt(fence) > HIGHEST) {
    throw new InvalidFence(`not a fence: ${JSON.stringify(fence.slice(0, 40))}, but digits up to ${HIGHEST}`)
  }
  return BigInt(fence)
}
