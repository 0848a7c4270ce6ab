import { Command, Redis } from 'ioredis'
import { SILENT_MS } from './connect.ts'
import { encode, ReplyReader } from './resp.ts'

/** A reply, or an error when the server refused or did not answer. */
type OnReply = (reply: unknown) => void
export type Send = (words: readonly (string | number)[], onReply: OnReply) => void

interface Owed {
  onReply: OnReply
  sentAt: number
}

/**
 * Takes the connection of a client over: what the client does for every command costs several times what there is to do.
 * Making the connection stays its work, and what is still asked through it is answered, as text. It ends with the
 * connection, and has to be taken over anew. Null when it was cut meanwhile, or sends more than it is told to.
 */
export async function takeOver(client: Redis): Promise<Send | null> {
  if (client.sendCommand !== Redis.prototype.sendCommand) return null
  const { stream } = client
  const held: Command[] = []
  const giveBack = () => {
    Reflect.deleteProperty(client, 'sendCommand')
  }
  client.sendCommand = (command) => {
    held.push(command)
    return command.promise
  }
  stream.once('close', giveBack)
  // Whatever was asked before is answered when this is.
  const last = new Command('ping', [], { replyEncoding: 'utf8' })
  Redis.prototype.sendCommand.call(client, last)
  await last.promise.catch(() => {})
  if (client.stream !== stream || client.status !== 'ready' || !stream.writable) {
    giveBack()
    for (const command of held) command.reject(new Error('the connection was cut'))
    return null
  }
  const write = openWire(stream)
  client.sendCommand = (command) => {
    write(command.toWritable(stream), (reply) =>
      reply instanceof Error ? command.reject(reply) : command.resolve(reply),
    )
    return command.promise
  }
  for (const command of held) client.sendCommand(command)
  return (words, onReply) => write(encode(words), onReply)
}

/** The way through the client. */
export const sendThrough =
  (client: Redis): Send =>
  ([name, ...args], onReply) =>
    void client.call(String(name), args).then(onReply, onReply)

type Write = (bytes: string | Buffer, onReply: OnReply) => void

/** Everything that is written is one command. */
function openWire(stream: Redis['stream']): Write {
  const owed: Owed[] = []
  let first = 0
  let timer: NodeJS.Timeout | undefined

  const answer = (reply: unknown) => {
    const next = owed[first]
    if (!next) return void stream.destroy(new Error('Protocol error: a reply that nobody asked for'))
    first += 1
    if (first === owed.length) {
      owed.length = 0
      first = 0
    }
    next.onReply(reply)
  }
  const reader = new ReplyReader(answer)
  const watch = (ms: number) => {
    timer = setTimeout(() => {
      timer = undefined
      const oldest = owed[first]
      if (!oldest) return
      const left = oldest.sentAt + SILENT_MS - performance.now()
      if (left > 0) watch(left)
      else stream.destroy(new Error(`no answer for ${SILENT_MS} ms`))
    }, ms)
    timer.unref()
  }
  stream.removeAllListeners('data')
  stream.on('data', (chunk: Buffer) => {
    try {
      reader.push(chunk)
    } catch (error) {
      stream.destroy(error instanceof Error ? error : undefined)
    }
  })
  let why = new Error('the connection was cut')
  stream.once('error', (error: Error) => {
    why = error
  })
  stream.once('close', () => {
    clearTimeout(timer)
    for (const { onReply } of owed.splice(first)) onReply(why)
  })
  return (bytes, onReply) => {
    if (!stream.writable) return onReply(new Error("Stream isn't writeable"))
    owed.push({ onReply, sentAt: performance.now() })
    if (!timer) watch(SILENT_MS)
    stream.write(bytes)
  }
}
