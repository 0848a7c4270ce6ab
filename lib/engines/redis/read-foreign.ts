import type { Sighting } from '../../fleet/sighting.ts'
import type { Digest } from '../roles.ts'
import type { Beside, Raw } from './dialects/dialect.ts'
import { besideOf, sightingOf } from './dialects/index.ts'
import { readRaw } from './read-raw.ts'
import type { Wanted } from './read-raw-page.ts'
import type { Way } from './read-way.ts'
import type { Reader } from './reader.ts'

export interface Foreign {
  reader: Reader
  way: Way
  digest: Digest
  pinned: (key: Buffer) => string | null
}

const NOTHING: ReadonlyMap<string, never> = new Map<string, never>()

/**
 * What stands under keys of others, in their order: null when it is no lock, undefined when it could not be read. What has
 * to be known beside them is read in one more trip.
 */
export async function readForeign(
  foreign: Foreign,
  keys: readonly Buffer[],
  wanted: Wanted = 'all',
): Promise<(Sighting | null | undefined)[]> {
  if (keys.length === 0) return []
  const { digest, pinned } = foreign
  const { answers, nodeNow, readAt } = await readRaw(foreign, keys, wanted)
  const raws = wanted === 'all' ? answers.map((raw, at) => raw ?? absent(raw, keys[at])) : answers
  const besides = raws.map((raw) => (raw ? besideOf(raw) : null))
  const beside = await readBeside(foreign, besides)
  return raws.map((raw, at) => {
    if (!raw) return raw
    const seen = besides[at] ? beside : NOTHING
    return sightingOf({
      raw,
      beside: seen,
      nodeNow,
      readAt,
      pinned: pinned(raw.key),
      digest,
    })
  })
}

/** A lock's key may be missing while others tell of it. */
const absent = (raw: null | undefined, key: Buffer | undefined): Raw | null | undefined =>
  raw === null && key ? { type: 'none', key, expiry: -2, size: 0 } : raw

async function readBeside(
  foreign: Foreign,
  besides: readonly (Beside | null)[],
): Promise<ReadonlyMap<string, Raw | null>> {
  const keys = new Map<string, Buffer>()
  for (const each of besides) for (const key of each?.keys ?? []) keys.set(key.toString('latin1'), key)
  if (keys.size === 0) return NOTHING
  const { answers } = await readRaw(foreign, [...keys.values()])
  return new Map([...keys.keys()].map((key, index) => [key, answers[index] ?? null]))
}
