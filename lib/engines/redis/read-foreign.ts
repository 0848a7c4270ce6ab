import type { Sighting } from '../../fleet/sighting.ts'
import type { Digest } from '../roles.ts'
import type { Decoded } from './decoded.ts'
import type { Beside, Raw, Seen } from './dialects/dialect.ts'
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
  /** What the other voters of its quorum have told. */
  decoded?: Decoded | undefined
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
  const { answers, nodeNow, readAt } = await readRaw(foreign, keys, wanted)
  const told = answers.map((raw) => (raw ? foreign.decoded?.recall(raw, readAt) : undefined))
  const raws = wanted === 'all' ? answers.map((raw, at) => raw ?? absent(raw, keys[at])) : answers
  const besides = raws.map((raw, at) => (raw && !told[at] ? besideOf(raw) : null))
  const beside = await readBeside(foreign, besides)
  return raws.map((raw, at) => {
    if (!raw || told[at]) return raw && told[at]
    return decode(foreign, { raw, beside: besides[at] ? beside : NOTHING, nodeNow, readAt })
  })
}

type Read = Pick<Seen, 'raw' | 'beside' | 'nodeNow' | 'readAt'>

function decode(
  { digest, pinned, decoded }: Foreign,
  { raw, beside, nodeNow, readAt }: Read,
): Sighting | null {
  const sighting = sightingOf({ raw, beside, nodeNow, readAt, pinned: pinned(raw.key), digest })
  if (sighting) decoded?.note(raw, sighting)
  return sighting
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
