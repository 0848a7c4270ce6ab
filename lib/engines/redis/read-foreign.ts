import type { Sighting } from '../../fleet/sighting.ts'
import type { Digest } from '../roles.ts'
import type { Beside, Raw } from './dialects/dialect.ts'
import { besideOf, sightingOf } from './dialects/index.ts'
import { type RawPage, readRaw, type Wanted } from './read-raw.ts'
import { countSubscribers } from './read-subscribers.ts'
import type { Way } from './read-way.ts'
import type { Reader } from './reader.ts'

export interface Foreign {
  reader: Reader
  way: Way
  digest: Digest
  pinned: (key: Buffer) => string | null
}

/**
 * What stands under keys of others, in their order: null when it is no lock, undefined when it could not be read. What has
 * to be known beside them is read in one more trip.
 */
export async function readForeign(
  foreign: Foreign,
  keys: readonly Buffer[],
  wanted?: Wanted,
): Promise<(Sighting | null | undefined)[]> {
  if (keys.length === 0) return []
  const page = await readRaw(foreign, keys, wanted)
  const besides = page.answers.map((raw) => (raw ? besideOf(raw) : null))
  const [beside, subscribers] = await Promise.all([
    readBeside(foreign, besides),
    countSubscribers(
      foreign.reader,
      besides.flatMap((each) => each?.channels ?? []),
    ),
  ])
  return page.answers.map(
    (raw, index) => raw && decode(foreign, page, raw, { beside, subscribers }, besides[index]),
  )
}

const NOTHING: ReadonlyMap<string, never> = new Map<string, never>()

interface Known {
  beside: ReadonlyMap<string, Raw | null>
  subscribers: ReadonlyMap<string, number>
}

function decode(
  { digest, pinned }: Foreign,
  { nodeNow, readAt }: RawPage,
  raw: Raw,
  known: Known,
  wants: Beside | null | undefined,
): Sighting | null {
  const { beside, subscribers } = wants ? known : { beside: NOTHING, subscribers: NOTHING }
  return sightingOf({ raw, beside, subscribers, nodeNow, readAt, pinned: pinned(raw.key), digest })
}

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
