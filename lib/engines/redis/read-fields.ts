import type { Reader } from './reader.ts'
import { ask, bytes, type Command, LONGEST_VALUE, number } from './replies.ts'

interface Field {
  key: Buffer
  field: Buffer | string
}

/** Fields of hashes, in the same order. Null for what is not there, and for what is too long to be of our making. */
export async function readFields(reader: Reader, fields: readonly Field[]): Promise<(Buffer | null)[]> {
  const lengths = await askAny(
    reader,
    fields.map(({ key, field }) => ['HSTRLEN', key, field]),
  )
  const short = fields.flatMap((_, index) => {
    const length = number(lengths[index])
    return length > 0 && length <= LONGEST_VALUE ? [index] : []
  })
  const records = await askAny(
    reader,
    short.flatMap((index): Command[] => {
      const found = fields[index]
      return found ? [['HGET', found.key, found.field]] : []
    }),
  )
  const read = new Map(short.map((index, at) => [index, bytes(records[at])]))
  return fields.map((_, index) => read.get(index) ?? null)
}

const askAny = async (reader: Reader, commands: readonly Command[]) =>
  commands.length > 0 ? await ask(reader, commands) : []
