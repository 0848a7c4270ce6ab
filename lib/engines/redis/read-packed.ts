/*
 * Many small values as one: what a script is given and gives back costs the client and the server far less so than value by
 * value. It is MessagePack, as far as the scripts use it.
 */
const ARRAY_32 = 0xdd
const STRING_32 = 0xdb

/** Byte strings as one argument, for `cmsgpack.unpack`. */
export function pack(values: readonly Buffer[]): Buffer {
  let size = 5
  for (const { length } of values) size += 5 + length
  const packed = Buffer.allocUnsafe(size)
  packed[0] = ARRAY_32
  packed.writeUInt32BE(values.length, 1)
  let at = 5
  for (const value of values) {
    packed[at] = STRING_32
    packed.writeUInt32BE(value.length, at + 1)
    packed.set(value, at + 5)
    at += 5 + value.length
  }
  return packed
}

/** False is how a script says nothing. */
export type Packed = Buffer | number | false | Packed[]

/** What `cmsgpack.pack` made. Throws when it is something else. */
export function unpack(packed: Buffer): Packed {
  return new Unpacking(packed).next()
}

class Unpacking {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  next(): Packed {
    const bytes = this.#bytes
    const kind = bytes[this.#at++] ?? NOTHING
    if (kind < 0x80) return kind
    if (kind >= 0xe0) return kind - 0x100
    if (kind >= 0xa0 && kind < 0xc0) return this.#string(kind - 0xa0)
    if (kind >= 0x90 && kind < 0xa0) return this.#array(kind - 0x90)
    switch (kind) {
      case 0xc0:
      case 0xc2:
        return false
      case 0xcb:
        this.#at += 8
        return bytes.readDoubleBE(this.#at - 8)
      case 0xca:
        this.#at += 4
        return bytes.readFloatBE(this.#at - 4)
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.#unsigned(1 << (kind - 0xcc))
      case 0xcf:
        this.#at += 8
        return Number(bytes.readBigUInt64BE(this.#at - 8))
      case 0xd0:
      case 0xd1:
      case 0xd2:
        return this.#signed(1 << (kind - 0xd0))
      case 0xd3:
        this.#at += 8
        return Number(bytes.readBigInt64BE(this.#at - 8))
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#string(this.#unsigned(1 << (kind - 0xd9)))
      case 0xdc:
      case 0xdd:
        return this.#array(this.#unsigned(2 << (kind - 0xdc)))
      default:
        throw new Error('a script answered in a form that nobody knows')
    }
  }

  #unsigned(size: number): number {
    this.#at += size
    return this.#bytes.readUIntBE(this.#at - size, size)
  }

  #signed(size: number): number {
    this.#at += size
    return this.#bytes.readIntBE(this.#at - size, size)
  }

  #string(length: number): Buffer {
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  #array(length: number): Packed[] {
    const items: Packed[] = []
    for (let index = 0; index < length; index++) items.push(this.next())
    return items
  }
}

const NOTHING = 0xc1
