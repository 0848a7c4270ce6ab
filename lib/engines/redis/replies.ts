import { ReadFailed } from './read-failed.ts'
import type { Reader } from './reader.ts'

export type Reply = Buffer | number | null | Reply[]
export type Command = readonly [name: string, ...args: (string | number | Buffer)[]]

/** Bytes. Values are not read beyond this. */
export const LONGEST_VALUE = 4_096

/** What one can do without, if it is not allowed. */
const OPTIONAL = new Set(['TIME', 'INFO'])

/**
 * Sends commands in one pipeline and gives their replies as bytes. A key of another type than expected counts as not
 * there; any other error makes the whole reading fail, since half a reading is none.
 */
export async function ask(reader: Reader, commands: readonly Command[]): Promise<Reply[]> {
  const replies = await askEach(reader, commands)
  return replies.map((reply, index) => {
    if (!(reply instanceof Error)) return reply
    if (isHarmless(reply, commands[index])) return null
    throw reply
  })
}

/** The same, with the errors among the replies: who asks knows what to make of them. */
export function askEach(reader: Reader, commands: readonly Command[]): Promise<(Reply | ReadFailed)[]> {
  return reader.read(async (client) => {
    reader.spend(commands.length)
    const pipeline = client.pipeline()
    for (const [name, ...args] of commands) pipeline.callBuffer(name, ...args)
    const results = (await pipeline.exec()) ?? []
    return results.map(([error, reply]) => (error ? new ReadFailed(error) : toReply(reply)))
  })
}

/** One command, which costs the node as much as `spends` of them. */
export function askOne(reader: Reader, [name, ...args]: Command, spends = 1): Promise<Reply> {
  return reader.read(async (client) => {
    reader.spend(spends)
    return toReply(await client.callBuffer(name, ...args))
  })
}

function isHarmless({ message }: Error, command: Command | undefined): boolean {
  if (message.startsWith('WRONGTYPE')) return true
  return message.startsWith('NOPERM') && OPTIONAL.has(command?.[0] ?? '')
}

/** As it comes where that is what it should be: of large replies nothing is made anew. */
function toReply(value: unknown): Reply {
  if (Buffer.isBuffer(value) || typeof value === 'number') return value
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) {
      const item = value[at]
      if (!Buffer.isBuffer(item) && typeof item !== 'number' && item !== null) value[at] = toReply(item)
    }
    return value
  }
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'string' ? Buffer.from(value) : null
}

export const bytes = (reply: Reply | undefined): Buffer | null => (Buffer.isBuffer(reply) ? reply : null)
export const list = (reply: Reply | undefined): Reply[] => (Array.isArray(reply) ? reply : [])
export const buffers = (reply: Reply | undefined): Buffer[] =>
  list(reply).flatMap((item) => bytes(item) ?? [])
export const number = (reply: Reply | undefined): number =>
  typeof reply === 'number' ? reply : Number(bytes(reply)?.toString() ?? Number.NaN)
