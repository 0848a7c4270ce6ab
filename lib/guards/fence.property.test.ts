import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InvalidFence, parseFence } from './fence.ts'

const HIGHEST = 2n ** 63n - 1n

test('every fence of 64 bits is read to its last digit', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: HIGHEST }), (fence) => {
      expect(parseFence(String(fence))).toBe(fence)
    }),
  )
})

test('whatever else is given is refused: one fence is written in one way only', () => {
  const tooHigh = fc.bigInt({ min: HIGHEST + 1n, max: 10n ** 30n }).map(String)
  const padded = fc.bigInt({ min: 0n, max: HIGHEST }).map((fence) => `0${fence}`)
  const signed = fc.bigInt({ min: 0n, max: HIGHEST }).map((fence) => `-${fence}`)
  const odd = fc.constantFrom('', ' 1', '1 ', '1\n', '1e3', '0x10', '1.0', '١', 'NaN', '1,2')
  const text = fc.string().filter((any) => !/^\d+$/.test(any))
  fc.assert(
    fc.property(fc.oneof(tooHigh, padded, signed, odd, text), (fence) => {
      expect(() => parseFence(fence)).toThrow(InvalidFence)
    }),
  )
})
