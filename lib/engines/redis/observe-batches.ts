import type { Sighting } from '../../fleet/sighting.ts'

/** A script over more keys blocks the node for longer than others should feel. */
export const BATCH = 100

/** Keys that are to be read, in batches: while one is on its way the next is made ready, and no more than that. */
export class Batches {
  readonly #read: (keys: Buffer[]) => Promise<(Sighting | null | undefined)[]>
  readonly #underWay: Promise<Sighting[]>[] = []
  #waiting: Buffer[] = []

  constructor(read: (keys: Buffer[]) => Promise<(Sighting | null | undefined)[]>) {
    this.#read = read
  }

  add(key: Buffer): void {
    this.#waiting.push(key)
  }

  /** What was found meanwhile. */
  async *found(): AsyncGenerator<Sighting[]> {
    while (this.#waiting.length >= BATCH) yield* this.#begin()
  }

  /** What is left. */
  async *rest(): AsyncGenerator<Sighting[]> {
    while (this.#waiting.length > 0) yield* this.#begin()
    for (const reading of this.#underWay) yield await reading
  }

  async *#begin(): AsyncGenerator<Sighting[]> {
    const keys = this.#waiting.slice(0, BATCH)
    this.#waiting = this.#waiting.slice(BATCH)
    const reading = this.#read(keys).then((read) => read.filter((one) => one != null))
    reading.catch(() => {})
    this.#underWay.push(reading)
    if (this.#underWay.length > 1) yield (await this.#underWay.shift()) ?? []
  }
}
