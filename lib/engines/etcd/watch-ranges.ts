import type { IDuplexStream, IWatchRequest, IWatchResponse } from 'etcd3'
import { within } from '../deadline.ts'
import type { Entry } from './dialects/entry.ts'
import type { Member } from './members.ts'
import type { Counted } from './members-counted.ts'
import { wordsOf } from './members-trouble.ts'
import { endOf, entryOf } from './ranges.ts'

const ASK_EVERY_MS = 500
/** A member that was asked for its progress and says nothing for so long is silent. */
const SILENT_AFTER_MS = 1_500
const BEGIN_WITHIN_MS = 2_000

type Stream = IDuplexStream<IWatchRequest, IWatchResponse>

/** A key that was written, or went away. */
export interface Changed {
  key: Buffer
  /** As it is now; null when it is gone. */
  entry: Entry | null
}

type OnChanges = (changes: Changed[]) => void
type OnLost = (why: string) => void

/**
 * Keys that changed under some prefixes, told by one member over one stream. It is asked for its progress all the time,
 * since a stream of a stopped member stays open without a word. Every call begins with another member.
 */
export async function watchRanges(
  members: Counted,
  prefixes: readonly Buffer[],
  onChanges: OnChanges,
  onLost: OnLost,
): Promise<() => Promise<void>> {
  const begin = turns.get(members) ?? 0
  let failure: unknown = new Error('no member to watch')
  for (let turn = 0; turn < members.all.length; turn++) {
    const member = members.all[(begin + turn) % members.all.length]
    if (!member) break
    turns.set(members, begin + turn + 1)
    try {
      return await watchMember(member, prefixes, onChanges, onLost, members.count)
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

const turns = new WeakMap<Counted, number>()

async function watchMember(
  member: Member,
  prefixes: readonly Buffer[],
  onChanges: OnChanges,
  onLost: OnLost,
  count: () => void,
): Promise<() => Promise<void>> {
  await member.signIn()
  const stream = await within(BEGIN_WITHIN_MS, member.streams.watchClient.watch())
  let heardAt = performance.now()
  let begun = 0
  let ended = false
  const send = (request: IWatchRequest) => {
    count()
    stream.write(request)
  }
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
    else send({ progress_request: {} })
  }, ASK_EVERY_MS)
  let failBegin: (error: Error) => void = () => {}
  const beginning = new Promise<void>((resolve, reject) => {
    failBegin = reject
    stream.on('data', (response) => {
      if (ended) return
      heardAt = performance.now()
      if (response.canceled) return lost(whyCancelled(response))
      if (response.created) {
        begun += 1
        if (begun === prefixes.length) resolve()
      }
      if (response.events.length > 0) onChanges(response.events.map(changeIn))
    })
  })
  listenForEnd(stream, lost)
  for (const prefix of prefixes)
    send({ create_request: { key: prefix, range_end: endOf(prefix), fragment: true } })
  try {
    await within(BEGIN_WITHIN_MS, beginning)
  } catch (error) {
    if (!ended) end()
    throw error
  }
  return async () => end()
}

const changeIn = ({ type, kv }: IWatchResponse['events'][number]): Changed => ({
  key: kv.key,
  entry: type === 'Delete' ? null : entryOf(kv),
})

function whyCancelled({ cancel_reason, compact_revision }: IWatchResponse): string {
  if (compact_revision !== '0') return 'the store forgot changes that were not told yet (compacted)'
  return cancel_reason ? wordsOf(new Error(cancel_reason)) : 'the watch was cancelled'
}

function listenForEnd(stream: Stream, lost: OnLost): void {
  stream.on('error', (error) => lost(wordsOf(error)))
  stream.on('end', () => lost('the stream ended'))
}
