/** How bytes from a store are shown, and how a lock is identified. Pure, and the same in the service and the browser. */

const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\]/gu

const escaped = (char: string): string => {
  const code = char.codePointAt(0) ?? 0
  if (char === '\\') return '\\\\'
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`
}

/** UTF-8 with everything invisible or misleading written out; bytes that are not UTF-8 as \xNN. */
export function showName(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(UNSAFE, escaped)
  } catch {
    return Array.from(bytes, (byte) =>
      byte >= 0x20 && byte < 0x7f && byte !== 0x5c
        ? String.fromCharCode(byte)
        : `\\x${byte.toString(16).padStart(2, '0')}`,
    ).join('')
  }
}
