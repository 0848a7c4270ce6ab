import type { KeyId, Sighting } from '../../fleet/sighting.ts'
import { Crowds } from './observe-crowds.ts'
import { Renewed } from './observe-renewed.ts'

/** How sure it is what something is, by what becomes of it from reading to reading. */
export interface Behaviour {
  sweepBegins(): void
  /** What a sweep found, as it is to be told. */
  swept(sightings: readonly Sighting[]): Sighting[]
  /** Well, or it is not told. */
  sweepEnds(): void
  /** What was read of one key again, as it is to be told. */
  reread(key: KeyId, sighting: Sighting | null): Sighting | null
  /** Is it a lock although its name does not say so? */
  isLock(key: Buffer): boolean
  /** Names that say that they are locks, and are not believed, in words. */
  setAside(): readonly string[]
}

export function createBehaviour(): Behaviour {
  const crowds = new Crowds()
  const renewed = new Renewed()
  const judged = (sighting: Sighting): Sighting =>
    sighting.confidence === 'candidate' ? renewed.judged(sighting) : crowds.judged(sighting)
  return {
    sweepBegins: () => crowds.begin(),
    swept(sightings) {
      crowds.swept(sightings)
      return sightings.map(judged)
    },
    sweepEnds: () => crowds.end(Date.now()),
    reread(key, sighting) {
      if (!sighting) renewed.gone(key)
      return sighting && judged(sighting)
    },
    isLock: (key) => renewed.knows(key),
    setAside: () => crowds.setAside(),
  }
}

/** On a quorum the votes of the others tell better. */
export const unjudged: Behaviour = {
  sweepBegins: () => {},
  swept: (sightings) => [...sightings],
  sweepEnds: () => {},
  reread: (_, sighting) => sighting,
  isLock: () => false,
  setAside: () => [],
}
