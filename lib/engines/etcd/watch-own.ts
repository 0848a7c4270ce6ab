import type { IWatchResponse } from 'etcd3'
import { within } from '../deadline.ts'
import type { Cluster } from './connect.ts'
import type { Member } from './members.ts'
import { endOf } from './ranges.ts'

const BEGIN_WITHIN_MS = 2_000
const ASK_EVERY_MS = 500
/** A stopped member leaves its stream open: one that was asked for its progress and says nothing is left. */
const SILENT_AFTER_MS = 1_500
const PAUSE_MS = 500

/** What is watched: keys under a prefix that are put, or that go away. */
export interface Watched {
  prefix: string
  what: 'put' | 'gone'
  heard(key: string, revision: string): void
}

/**
 * Follows several prefixes over one stream, for as long as it is not stopped. `onGap` when something may have been
 * missed. Resolves when the first watch has begun.
 */
export async function watchOwn(
  cluster: Cluster,
  watched: readonly Watched[],
  onGap: () => void,
): Promise<() => void> {
  const stopped = new AbortController()
  let turn = 0
  const begin = (): Promise<Following> => {
    const members = cluster.inOrder()
    const member = members[turn % members.length]
    if (!member) throw new Error('a cluster needs at least one member')
    turn += 1
    return follow(member, watched, stopped.signal)
  }
  const goOn = async (first: Following) => {
    for (let current: Following | null = first; !stopped.signal.aborted; ) {
      await current?.ended
      if (stopped.signal.aborted) return
      current = await begin().catch(() => null)
      if (current) onGap()
      else await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
  void goOn(await begin())
  return () => stopped.abort()
}

interface Following {
  /** Resolves when it can't be trusted any more. */
  ended: Promise<void>
}

/** One stream to one member. */
async function follow(member: Member, watched: readonly Watched[], stop: AbortSignal): Promise<Following> {
  const stream = await within(BEGIN_WITHIN_MS, member.streams.watchClient.watch())
  let heardAt = performance.now()
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const begun = new Promise<void>((resolve, reject) => {
    let open = watched.length
    stream.on('data', (response: IWatchResponse) => {
      heardAt = performance.now()
      if (response.created && --open === 0) resolve()
      if (response.canceled) end()
      const { heard } = watched[Number(response.watch_id) - 1] ?? {}
      for (const { kv } of response.events) heard?.(kv.key.toString(), kv.mod_revision)
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
  watched.forEach(({ prefix, what }, at) => {
    const key = Buffer.from(prefix)
    const filters: ('Noput' | 'Nodelete')[] = [what === 'gone' ? 'Noput' : 'Nodelete']
    stream.write({ create_request: { key, range_end: endOf(key), filters, watch_id: at + 1 } })
  })
  try {
    await within(BEGIN_WITHIN_MS, begun)
    return { ended }
  } catch (error) {
    end()
    throw error
  }
}
