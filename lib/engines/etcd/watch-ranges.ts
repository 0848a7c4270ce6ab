import type { IDuplexStream, IWatchRequest, IWatchResponse } from 'etcd3'
import { within } from '../deadline.ts'
import type { Member, Members } from './members.ts'
import { endOf } from './ranges.ts'

const ASK_EVERY_MS = 500
/** A member that was asked for its progress and says nothing for so long is silent. */
const SILENT_AFTER_MS = 1_500
const BEGIN_WITHIN_MS = 2_000

type Stream = IDuplexStream<IWatchRequest, IWatchResponse>

/**
 * Keys that changed under some prefixes, told by one member over one stream. It is asked for its progress all the time,
 * since a stream of a stopped member stays open without a word. Every call begins with another member.
 */
export async function watchRanges(
  members: Members,
  prefixes: readonly Buffer[],
  onKeys: (keys: Buffer[]) => void,
  onLost: (why: string) => void,
): Promise<() => Promise<void>> {
  const begin = turns.get(members) ?? 0
  let failure: unknown = new Error('no member to watch')
  for (let turn = 0; turn < members.all.length; turn++) {
    const member = members.all[(begin + turn) % members.all.length]
    if (!member) break
    turns.set(members, begin + turn + 1)
    try {
      return await watchMember(member, prefixes, onKeys, onLost)
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

const turns = new WeakMap<Members, number>()

async function watchMember(
  member: Member,
  prefixes: readonly Buffer[],
  onKeys: (keys: Buffer[]) => void,
  onLost: (why: string) => void,
): Promise<() => Promise<void>> {
  const stream = await within(BEGIN_WITHIN_MS, member.streams.watchClient.watch())
  let heardAt = performance.now()
  let begun = 0
  let ended = false
  const end = () => {
    ended = true
    clearInterval(timer)
    stream.cancel()
  }
  const lost = (why: string) => {
    if (ended) return
    end()
    failBegin(new Error(why))
    onLost(why)
  }
  const timer = setInterval(() => {
    if (performance.now() - heardAt > SILENT_AFTER_MS) lost(`${member.name} is silent`)
    else stream.write({ progress_request: {} })
  }, ASK_EVERY_MS)
  let failBegin: (error: Error) => void = () => {}
  const beginning = new Promise<void>((resolve, reject) => {
    failBegin = reject
    stream.on('data', (response) => {
      heardAt = performance.now()
      if (response.canceled) return lost(response.cancel_reason || 'the watch was cancelled')
      if (response.created) {
        begun += 1
        if (begun === prefixes.length) resolve()
      }
      if (response.events.length > 0) onKeys(response.events.map((event) => event.kv.key))
    })
  })
  listenForEnd(stream, lost)
  for (const prefix of prefixes) stream.write({ create_request: { key: prefix, range_end: endOf(prefix) } })
  try {
    await within(BEGIN_WITHIN_MS, beginning)
  } catch (error) {
    if (!ended) end()
    throw error
  }
  return async () => end()
}

function listenForEnd(stream: Stream, lost: (why: string) => void): void {
  stream.on('error', (error) => lost(error.message))
  stream.on('end', () => lost('the stream ended'))
}
