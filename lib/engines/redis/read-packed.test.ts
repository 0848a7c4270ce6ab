import { expect, test } from 'vitest'
import { pack, unpack } from './read-packed.ts'

test('byte strings come back as they were, whatever their bytes and their length', () => {
  const values = ['', 'a', '\u0000ÿ', 'x'.repeat(70_000)].map((text) => Buffer.from(text, 'latin1'))
  expect(unpack(pack(values))).toEqual(values)
})

test('numbers of every size are read', () => {
  const hex = '9a 05 ff ccc8 cd1234 ce12345678 cf0000000100000000 d0fb d1fffb d2fffffffb d3fffffffffffffffb'
  const packed = Buffer.from(hex.replaceAll(' ', ''), 'hex')
  expect(unpack(packed)).toEqual([5, -1, 200, 0x1234, 0x12345678, 2 ** 32, -5, -5, -5, -5])
  expect(unpack(Buffer.from('cb3ff8000000000000', 'hex'))).toBe(1.5)
})

test('lists in lists, short texts and nothing are read', () => {
  expect(unpack(Buffer.from('93a26869c291c0', 'hex'))).toEqual([Buffer.from('hi'), false, [false]])
})

test('what is cut off or of another kind is refused', () => {
  expect(() => unpack(Buffer.alloc(0))).toThrow()
  expect(() => unpack(Buffer.from('81a16101', 'hex'))).toThrow()
})
