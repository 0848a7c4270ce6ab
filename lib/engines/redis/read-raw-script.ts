import { HEAD_BYTES, HEAD_ENTRIES, type Raw } from './dialects/dialect.ts'
import { ReadFailed } from './read-failed.ts'
import type { Kinds } from './read-kinds.ts'
import { type Packed, pack, unpack } from './read-packed.ts'
import type { RawAnswer, RawPage, Wanted } from './read-raw-page.ts'
import { FEW_ENTRIES, HEAVY_BYTES, LONGEST_TOKEN } from './read-sizes.ts'
import type { Reader } from './reader.ts'
import { askOne, type Reply } from './replies.ts'
import { RAW, type Script } from './scripts.ts'

const FIRST_ANSWER = 2

export async function rawByScript(
  reader: Reader,
  kinds: Kinds,
  keys: readonly Buffer[],
  wanted: Wanted,
): Promise<RawPage> {
  const [strings, others] = wanted === 'all' ? placesByKind(kinds, keys) : [[], [...keys.keys()]]
  const places = [...strings, ...others]
  const most = wanted === 'all' ? [0, 0] : [LONGEST_TOKEN, FEW_ENTRIES]
  const args = [HEAD_BYTES, HEAD_ENTRIES, HEAVY_BYTES, ...most, strings.length]
  const sent = places.map((place) => keys[place] as Buffer)
  const replies = unpacked(await runReadOnly(reader, RAW, args, sent))
  const readAt = Date.now()
  const answers: RawAnswer[] = keys.map(() => null)
  sent.forEach((key, index) => {
    const at = FIRST_ANSWER + 2 * index
    const answer = answerOf(key, replies[at] ?? false, Number(replies[at + 1]))
    if (answer) kinds.note(key, answer.type === 'string')
    answers[places[index] as number] = answer
  })
  const seconds = Number(replies[0])
  const nodeNow = seconds > 0 ? seconds * 1_000 + Number(replies[1]) / 1_000 : readAt
  return { answers, readAt, nodeNow }
}

/** Where strings stand among the keys, as far as they are known as such, and where the others do. */
function placesByKind(kinds: Kinds, keys: readonly Buffer[]): [strings: number[], others: number[]] {
  const strings: number[] = []
  const others: number[] = []
  for (const [place, key] of keys.entries()) (kinds.areStrings(key) ? strings : others).push(place)
  return [strings, others]
}

function unpacked(reply: Reply): Packed[] {
  const answers = Buffer.isBuffer(reply) && unpack(reply)
  if (!Array.isArray(answers)) throw new ReadFailed('ERR a script answered in a form that nobody knows')
  return answers
}

function answerOf(key: Buffer, reply: Packed, expiry: number): RawAnswer {
  if (Buffer.isBuffer(reply)) return { type: 'string', key, expiry, size: reply.length, head: reply }
  if (!Array.isArray(reply)) return null
  const [type, size, content] = reply
  const name = String(type)
  return name === 'denied' ? undefined : rawOf({ key, expiry, size: Number(size) }, name, content ?? false)
}

type Common = Pick<Raw, 'key' | 'expiry' | 'size'>

/** Of a collection its entries, cut; flat where they come in pairs. */
export function rawOf({ key, expiry, size }: Common, type: string, content: Packed | Reply): Raw {
  const common = { key, expiry, size }
  switch (type) {
    case 'string':
      return { ...common, type, head: Buffer.isBuffer(content) ? content : Buffer.alloc(0) }
    case 'hash':
      return { ...common, type, fields: pairs(entriesOf(content)) }
    case 'zset':
      return {
        ...common,
        type,
        members: pairs(entriesOf(content)).map(
          ([member, score]) => [member, Number(score.toString())] as const,
        ),
      }
    case 'list':
    case 'set':
      return { ...common, type, items: entriesOf(content) }
    default:
      return { ...common, type: type === 'stream' ? type : 'other' }
  }
}

const entriesOf = (content: Packed | Reply): Buffer[] =>
  Array.isArray(content) ? content.filter((entry) => Buffer.isBuffer(entry)) : []

function pairs(flat: readonly Buffer[]): (readonly [Buffer, Buffer])[] {
  const all: (readonly [Buffer, Buffer])[] = []
  for (let at = 0; at + 1 < flat.length; at += 2) all.push([flat[at] as Buffer, flat[at + 1] as Buffer])
  return all
}

/** Servers before Redis 7 do not know scripts that promise to write nothing, and are sent others that do not. */
const without = new WeakSet<Reader>()

/** A script with packed keys as its last argument. One that the server does not know is sent as a whole, once. */
export const runReadOnly = (
  reader: Reader,
  script: Script,
  args: readonly number[],
  keys: readonly Buffer[],
): Promise<Reply> => run(reader, script, [0, ...args, pack(keys)], keys.length)

async function run(
  reader: Reader,
  { sha, lua }: Script,
  args: readonly (number | Buffer)[],
  spends: number,
): Promise<Reply> {
  const ending = without.has(reader) ? '' : '_RO'
  try {
    return await askOne(reader, [`EVALSHA${ending}`, sha, ...args], spends)
  } catch (error) {
    if (!(error instanceof ReadFailed)) throw error
    if (error.said.startsWith('NOSCRIPT'))
      return await askOne(reader, [`EVAL${ending}`, lua, ...args], spends)
    if (!ending || !error.isRefused) throw error
    without.add(reader)
    return await run(reader, { sha, lua }, args, spends)
  }
}
