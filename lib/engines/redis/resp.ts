/** What servers and clients of Redis say to each other, version 2 of the protocol. */

/** One command. */
export function encode(words: readonly (string | number)[]): string {
  let text = `*${words.length}\r\n`
  for (const word of words) {
    const said = typeof word === 'string' ? word : String(word)
    text += `$${Buffer.byteLength(said)}\r\n${said}\r\n`
  }
  return text
}

/** Something that is no reply: whoever said it is no Redis, or bytes were lost. */
export class NotUnderstood extends Error {
  override readonly name = 'NotUnderstood'
}

/** What a server refuses; inside of a list, too. */
export class Refused extends Error {
  override readonly name = 'ReplyError'
}

const [PLUS, MINUS, COLON, DOLLAR, STAR, RETURN] = [43, 45, 58, 36, 42, 13]
const INCOMPLETE = Symbol('incomplete')

/** Makes replies of bytes, in whatever pieces they come. Texts are UTF-8. */
export class ReplyReader {
  readonly #onReply: (reply: unknown) => void
  #rest: Buffer | null = null
  #bytes: Buffer = Buffer.alloc(0)
  #at = 0

  constructor(onReply: (reply: unknown) => void) {
    this.#onReply = onReply
  }

  /** Throws `NotUnderstood`, after which it is of no use. */
  push(chunk: Buffer): void {
    this.#bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk
    this.#rest = null
    this.#at = 0
    while (this.#at < this.#bytes.length) {
      const begin = this.#at
      const reply = this.#read()
      if (reply === INCOMPLETE) {
        this.#rest = this.#bytes.subarray(begin)
        return
      }
      this.#onReply(reply)
    }
  }

  #read(): unknown {
    const type = this.#bytes[this.#at]
    const from = this.#at + 1
    const end = this.#bytes.indexOf(RETURN, from)
    if (end < 0 || end + 1 >= this.#bytes.length) {
      if (type !== undefined && !isType(type)) throw strange(this.#bytes.subarray(this.#at))
      return INCOMPLETE
    }
    this.#at = end + 2
    switch (type) {
      case COLON:
        return this.#integer(from, end)
      case PLUS:
        return this.#bytes.toString('utf8', from, end)
      case MINUS:
        return new Refused(this.#bytes.toString('utf8', from, end))
      case DOLLAR:
        return this.#text(this.#integer(from, end))
      case STAR:
        return this.#list(this.#integer(from, end))
      default:
        throw strange(this.#bytes.subarray(from - 1))
    }
  }

  #text(length: number): unknown {
    if (length < 0) return null
    const from = this.#at
    if (from + length + 2 > this.#bytes.length) return INCOMPLETE
    this.#at = from + length + 2
    return this.#bytes.toString('utf8', from, from + length)
  }

  #list(length: number): unknown {
    if (length < 0) return null
    const list: unknown[] = []
    for (let left = length; left > 0; left--) {
      const item = this.#at < this.#bytes.length ? this.#read() : INCOMPLETE
      if (item === INCOMPLETE) return INCOMPLETE
      list.push(item)
    }
    return list
  }

  #integer(from: number, end: number): number {
    const isNegative = this.#bytes[from] === MINUS
    let value = 0
    for (let at = isNegative ? from + 1 : from; at < end; at++) {
      const digit = (this.#bytes[at] ?? 0) - 48
      if (digit < 0 || digit > 9) throw strange(this.#bytes.subarray(from - 1))
      value = value * 10 + digit
    }
    return isNegative ? -value : value
  }
}

const isType = (byte: number): boolean =>
  byte === PLUS || byte === MINUS || byte === COLON || byte === DOLLAR || byte === STAR

const strange = (bytes: Buffer): NotUnderstood =>
  new NotUnderstood(`Protocol error: "${bytes.toString('latin1', 0, 20).replace(/[^ -~]/g, '?')}"`)
