import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { showName } from './names.ts'

const shown = (text: string) => showName(new TextEncoder().encode(text))

describe('a name as it is shown', () => {
  it('is itself where everybody sees what it is', () => {
    for (const name of ['orders/42', 'ein Schloß', '锁/主', 'замок', 'قفل', '🔒 a'])
      expect(shown(name)).toBe(name)
  })

  it.each([
    ['a\u0000b', 'a\\x00b'],
    ['a\r\n\t\u001b[31m', 'a\\x0d\\x0a\\x09\\x1b[31m'],
    ['a\\x00', 'a\\\\x00'],
    ['user\u202egnp.exe', 'user\\u202egnp.exe'],
    ['a\u2066b\u2069', 'a\\u2066b\\u2069'],
    ['a\u00a0b', 'a\\u00a0b'],
    ['a\u2003b\u3000c\u202fd', 'a\\u2003b\\u3000c\\u202fd'],
    ['a\u200bb\u200d\u2060\ufeff', 'a\\u200bb\\u200d\\u2060\\ufeff'],
    ['a\u00adb', 'a\\u00adb'],
    ['a\u034fb\u115f\u3164\uffa0\u2800', 'a\\u034fb\\u115f\\u3164\\uffa0\\u2800'],
    ['a\ufe0f\u{e0100}\u{e0041}', 'a\\ufe0f\\u{e0100}\\u{e0041}'],
    ['a\ue000\u0378', 'a\\ue000\\u0378'],
    ['\ufefforders', '\\ufefforders'],
    [' a  b ', '\\x20a \\x20b\\x20'],
    ['a\u2028b\u2029', 'a\\u2028b\\u2029'],
  ])('%j is shown as %s', (name, expected) => {
    expect(shown(name)).toBe(expected)
  })

  it('is written byte by byte when it is no text', () => {
    expect(showName(Uint8Array.from([0x61, 0xff, 0x5c, 0x20, 0xc3]))).toBe('a\\xff\\x5c \\xc3')
  })

  it('never has anything in it that can not be seen, and never looks like another', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc.array(fc.constantFrom(0x61, 0xa0, 0xc2), { maxLength: 4 }).map((all) => Uint8Array.from(all)),
      fc.string({ unit: 'binary', maxLength: 8 }).map((text) => new TextEncoder().encode(text)),
      fc
        .string({ unit: fc.constantFrom(' ', '\\', 'x', '2', '0', 'u', '\u00a0', '\ufeff'), maxLength: 6 })
        .map((text) => new TextEncoder().encode(text)),
    )
    fc.assert(
      fc.property(bytes, bytes, (one, other) => {
        const says = showName(one)
        expect(says).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/u)
        if (Buffer.compare(one, other) !== 0) expect(showName(other)).not.toBe(says)
      }),
      { numRuns: 1_500 },
    )
  })
})
