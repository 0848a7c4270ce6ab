import type { IWatchResponse } from 'etcd3'
import { within } from '../deadline.ts'
import type { Member, Members } from './members.ts'
import { endOf } from './ranges.ts'

const BEGIN_WITHIN_MS = 2_000
const ASK_EVERY_MS = 1_000
/** A stopped member leaves its stream open: one that was asked for its progress and says nothing is left. */
const SILENT_AFTER_MS = 3_000
const PAUSE_MS = 500

/**
 * Keys under a prefix that were deleted, for as long as it is not stopped. `onGap` when some may have been missed.
 * Resolves when the first watch has begun.
 */
export async function watchDeletes(
  members: Members,
  prefix: string,
  onDeleted: (key: string) => void,
  onGap: () => void,
): Promise<() => Promise<void>> {
  const stopped = new AbortController()
  let turn = 0
  const begin = (member: Member | undefined): Promise<Following> => {
    if (!member) throw new Error('a cluster needs at least one member')
    return follow(member, Buffer.from(prefix), onDeleted, stopped.signal)
  }
  const goOn = async (first: Following) => {
    for (let current: Following | null = first; !stopped.signal.aborted; ) {
      await current?.ended
      if (stopped.signal.aborted) return
      current = await begin(members.all[turn++ % members.all.length]).catch(() => null)
      if (current) onGap()
      else await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
  void goOn(await begin(members.lastAnswering()))
  return async () => stopped.abort()
}

interface Following {
  /** Resolves when it can't be trusted any more. */
  ended: Promise<void>
}

/** One stream to one member. */
async function follow(
  member: Member,
  prefix: Buffer,
  onDeleted: (key: string) => void,
  stop: AbortSignal,
): Promise<Following> {
  const stream = await within(BEGIN_WITHIN_MS, member.streams.watchClient.watch())
  let heardAt = performance.now()
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const begun = new Promise<void>((resolve, reject) => {
    stream.on('data', (response: IWatchResponse) => {
      heardAt = performance.now()
      if (response.created) resolve()
      if (response.canceled) end()
      for (const { kv } of response.events) onDeleted(kv.key.toString())
    })
    stream.on('error', (error: Error) => {
      end()
      reject(error)
    })
    stream.on('end', () => {
      end()
      reject(new Error('the stream ended'))
    })
  })
  const timer = setInterval(() => {
    if (performance.now() - heardAt > SILENT_AFTER_MS) end()
    else stream.write({ progress_request: {} })
  }, ASK_EVERY_MS)
  stop.addEventListener('abort', end, { once: true })
  if (stop.aborted) end()
  void ended.then(() => {
    clearInterval(timer)
    stop.removeEventListener('abort', end)
    stream.cancel()
  })
  stream.write({ create_request: { key: prefix, range_end: endOf(prefix), filters: ['Noput'] } })
  try {
    await within(BEGIN_WITHIN_MS, begun)
    return { ended }
  } catch (error) {
    end()
    throw error
  }
}
