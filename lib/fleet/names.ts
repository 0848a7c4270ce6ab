/** How bytes from a store are shown. Pure, and the same in the service and the browser. */

/**
 * Whatever can't be seen, can't be told from something else, or moves its neighbours: controls, directions, spaces that are
 * no space, fillers, what has no character yet; and spaces that a page would swallow.
 */
const UNSAFE =
  /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\\]|(?! )\p{Zs}|^ | $|(?<= ) /gu

const escaped = (char: string): string => {
  const code = char.codePointAt(0) ?? 0
  if (char === '\\') return '\\\\'
  if (code > 0xffff) return `\\u{${code.toString(16)}}`
  // From 0x80 on \xNN is a byte that is no text.
  return code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}

/** A mark at the beginning of a name is a part of it. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** UTF-8 with everything invisible or misleading written out; bytes that are not UTF-8 as \xNN. No two are written alike. */
export function showName(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes).replace(UNSAFE, escaped)
  } catch {
    return Array.from(bytes, (byte) =>
      byte >= 0x20 && byte < 0x7f && byte !== 0x5c
        ? String.fromCharCode(byte)
        : `\\x${byte.toString(16).padStart(2, '0')}`,
    ).join('')
  }
}
