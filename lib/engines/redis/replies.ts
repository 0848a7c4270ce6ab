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
export function ask(reader: Reader, commands: readonly Command[]): Promise<Reply[]> {
  return reader.read(async (client) => {
    const pipeline = client.pipeline()
    for (const [name, ...args] of commands) pipeline.callBuffer(name, ...args)
    const results = (await pipeline.exec()) ?? []
    return results.map(([error, reply], index) => {
      if (error && !isHarmless(error, commands[index])) throw error
      return error ? null : toReply(reply)
    })
  })
}

function isHarmless({ message }: Error, command: Command | undefined): boolean {
  if (message.startsWith('WRONGTYPE')) return true
  return message.startsWith('NOPERM') && OPTIONAL.has(command?.[0] ?? '')
}

function toReply(value: unknown): Reply {
  if (Buffer.isBuffer(value) || typeof value === 'number') return value
  if (Array.isArray(value)) return value.map(toReply)
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'string' ? Buffer.from(value) : null
}

export const bytes = (reply: Reply | undefined): Buffer | null => (Buffer.isBuffer(reply) ? reply : null)
export const list = (reply: Reply | undefined): Reply[] => (Array.isArray(reply) ? reply : [])
export const buffers = (reply: Reply | undefined): Buffer[] =>
  list(reply).flatMap((item) => bytes(item) ?? [])
export const number = (reply: Reply | undefined): number =>
  typeof reply === 'number' ? reply : Number(bytes(reply)?.toString() ?? Number.NaN)
