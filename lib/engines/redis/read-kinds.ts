/** Beginnings of names are not looked at beyond this, and not more of them are remembered. */
const LONGEST_HEAD = 64
const MOST_HEADS = 1_000
const COLON = 0x3a
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39

/**
 * What stands under names that begin alike. To ask what a key is costs as much as to read it; and to take for a string what
 * is none counts as an error on the server, so that this is done only where nothing but strings was found so far.
 */
export class Kinds {
  readonly #areStrings = new Map<string, boolean>()

  areStrings(key: Buffer): boolean {
    return this.#areStrings.get(headOf(key)) ?? false
  }

  note(key: Buffer, isString: boolean): void {
    const head = headOf(key)
    const known = this.#areStrings.get(head)
    if (known === isString || known === false) return
    if (known === undefined && this.#areStrings.size >= MOST_HEADS) this.#areStrings.clear()
    this.#areStrings.set(head, isString)
  }
}

/** As far as the last colon before whatever is numbered, or as far as the number where there is none. */
function headOf(key: Buffer): string {
  const most = Math.min(key.length, LONGEST_HEAD)
  let end = 0
  let at = 0
  for (; at < most && !isDigit(key[at]); at++) if (key[at] === COLON) end = at + 1
  return key.toString('latin1', 0, end || at)
}
