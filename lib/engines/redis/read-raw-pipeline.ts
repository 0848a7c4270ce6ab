import { HEAD_BYTES, HEAD_ENTRIES } from './dialects/dialect.ts'
import { timeMs } from './node-time.ts'
import { ReadFailed } from './read-failed.ts'
import type { RawAnswer, RawPage, Wanted } from './read-raw-page.ts'
import { rawOf } from './read-raw-script.ts'
import { FEW_ENTRIES, HEAVY_BYTES, LONGEST_TOKEN } from './read-sizes.ts'
import type { Reader } from './reader.ts'
import { askEach, buffers, bytes, type Command, number, type Reply } from './replies.ts'

/** Collections with more entries are not weighed as a whole, since that takes as long as they are large. */
const FEW = 1_000

const SIZES: Record<string, string> = {
  string: 'STRLEN',
  hash: 'HLEN',
  zset: 'ZCARD',
  list: 'LLEN',
  set: 'SCARD',
}

/** How large at most. */
const LOCK_SIZED: Record<string, number> = { string: LONGEST_TOKEN, hash: FEW_ENTRIES, zset: FEW_ENTRIES }

interface Found {
  key: Buffer
  at: number
  type: string
  expiry: number
  size: number
}

/**
 * What the script does, by single commands: one trip for what they are, one for how large, one for how heavy, one to read.
 * A key that becomes another one meanwhile is one that could not be read.
 */
export async function rawByPipeline(
  reader: Reader,
  keys: readonly Buffer[],
  wanted: Wanted,
): Promise<RawPage> {
  const [time, ...kinds] = await askEach(reader, [
    ['TIME'],
    ...keys.flatMap((key): Command[] => [
      ['TYPE', key],
      ['PTTL', key],
    ]),
  ])
  const answers: RawAnswer[] = keys.map(() => null)
  const found = keys.flatMap((key, at): Found[] => {
    const [kind = null, expiry = null] = kinds.slice(2 * at, 2 * at + 2)
    if (isUnread(kind) || isUnread(expiry)) {
      answers[at] = undefined
      return []
    }
    const type = bytes(kind)?.toString() ?? 'none'
    const isWanted = wanted === 'all' || (type in LOCK_SIZED && number(expiry) !== -1)
    return type === 'none' || !isWanted ? [] : [{ key, at, type, expiry: number(expiry), size: 0 }]
  })
  await measure(reader, found)
  const fitting = found.filter(({ type, size }) => wanted === 'all' || size <= (LOCK_SIZED[type] ?? 0))
  const light = await weigh(reader, fitting)
  for (const one of fitting) answers[one.at] = rawOf(one, one.type, null)
  const contents = await askEach(reader, light.map(reading))
  light.forEach((one, index) => {
    const content = contents[index] ?? null
    answers[one.at] = isUnread(content) ? undefined : rawOf(one, one.type, cut(content, one.type))
  })
  return {
    answers,
    readAt: Date.now(),
    nodeNow: time === undefined || time instanceof ReadFailed ? Date.now() : timeMs(time),
  }
}

/** Refused for this key, or a key of another type by now. */
function isUnread(reply: Reply | ReadFailed): reply is ReadFailed {
  if (!(reply instanceof ReadFailed)) return false
  if (reply.isForbidden || /^(WRONGTYPE|MOVED|ASK|TRYAGAIN)\b/.test(reply.said)) return true
  throw reply
}

async function measure(reader: Reader, found: readonly Found[]): Promise<void> {
  const countable = found.filter(({ type }) => type in SIZES)
  const sizes = await askEach(
    reader,
    countable.map(({ type, key }): Command => [SIZES[type] ?? 'STRLEN', key]),
  )
  countable.forEach((one, index) => {
    const size = sizes[index] ?? null
    one.size = isUnread(size) ? 0 : number(size)
  })
}

/** Strings are cut by the node; of collections those whose entries can not be huge. */
async function weigh(reader: Reader, found: readonly Found[]): Promise<Found[]> {
  const collections = found.filter(
    ({ type, size }) => type in SIZES && type !== 'string' && (type === 'zset' || size <= FEW),
  )
  const weights = await askEach(
    reader,
    collections.map(({ key, size }): Command => {
      return ['MEMORY', 'USAGE', key, 'SAMPLES', size <= FEW ? 0 : HEAD_ENTRIES]
    }),
  )
  const light = collections.filter(({ size }, index) => {
    const weight = weights[index]
    if (typeof weight !== 'number') return false
    return weight <= HEAVY_BYTES || (size > FEW && (weight / size) * HEAD_ENTRIES <= HEAVY_BYTES)
  })
  return [...found.filter(({ type }) => type === 'string'), ...light]
}

function reading({ type, key }: Found): Command {
  switch (type) {
    case 'string':
      return ['GETRANGE', key, 0, HEAD_BYTES - 1]
    case 'hash':
      return ['HGETALL', key]
    case 'zset':
      return ['ZRANGE', key, 0, HEAD_ENTRIES - 1, 'WITHSCORES']
    case 'list':
      return ['LRANGE', key, 0, HEAD_ENTRIES - 1]
    default:
      return ['SMEMBERS', key]
  }
}

function cut(content: Reply, type: string): Reply {
  if (type === 'string') return content
  const most = type === 'hash' || type === 'zset' ? 2 * HEAD_ENTRIES : HEAD_ENTRIES
  return buffers(content)
    .slice(0, most)
    .map((entry) => entry.subarray(0, HEAD_BYTES))
}
