import { hash } from 'node:crypto'

const LONGEST_TEXT = 256

/** Keys that a sweep has read. Of long names no copy is kept. */
export class SeenKeys {
  readonly #all = new Set<string>()

  /** Whether it is new. */
  add(key: Buffer): boolean {
    const text = key.length > LONGEST_TEXT ? hash('sha256', key, 'base64') : key.toString('latin1')
    const before = this.#all.size
    this.#all.add(text)
    return this.#all.size > before
  }
}
