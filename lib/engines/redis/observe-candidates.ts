import type { KeyId, Sighting } from '../../fleet/sighting.ts'
import { type Foreign, readForeign } from './read-foreign.ts'

/** Of what only might be a lock no more is told: a database of sessions is full of it. */
const MOST_TOLD = 1_000

export interface Look {
  /** Whether the unknown keys of this page are looked at. */
  page(keys: number): boolean
  end(): void
}

/** Keys whose names say nothing, and whose values may: each sweep reads another part of them. */
export interface Candidates {
  begin(): Look
  read(foreign: Foreign, keys: readonly Buffer[]): Promise<(Sighting | null | undefined)[]>
  /** Somebody read it again. */
  reread(key: KeyId, sighting: Sighting | null): void
}

/** `perSweep` of them in each sweep, unless `all` may be votes of a quorum, which are told by the other nodes. */
export function createCandidates(perSweep: number, all: boolean): Candidates {
  const told = new Set<KeyId>()
  let parts = 1
  let turn = 0
  const isTold = (sighting: Sighting): boolean => {
    if (sighting.confidence !== 'candidate' || told.has(sighting.key)) return true
    if (told.size >= MOST_TOLD) return false
    told.add(sighting.key)
    return true
  }
  return {
    begin() {
      let pages = 0
      let keys = 0
      let looked = 0
      return {
        page(count) {
          keys += count
          pages += 1
          const isTurn = all || (pages % parts === turn && looked < perSweep)
          if (isTurn) looked += count
          return isTurn
        },
        end() {
          parts = Math.max(1, Math.ceil(keys / perSweep))
          turn = (turn + 1) % parts
        },
      }
    },
    async read(foreign, keys) {
      const found = await readForeign(foreign, keys, 'lock-sized')
      return all ? found : found.map((sighting) => (sighting && isTold(sighting) ? sighting : null))
    },
    reread(key, sighting) {
      if (sighting?.confidence !== 'candidate') told.delete(key)
    },
  }
}
