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

interface Ends {
  /** Everything after this revision is told. */
  begun(revision: number): void
  /** Something may be missed from now on. */
  missed(): void
}

/**
 * Follows several prefixes over one stream, for as long as it is not stopped, on another member when one is silent.
 * Resolves when the first watch has begun.
 */
export async function watchOwn(
  cluster: Cluster,
  watched: readonly Watched[],
  begun: Ends['begun'],
  missed: Ends['missed'],
): Promise<() => void> {
  const stopped = new AbortController()
  let turn = 0
  const begin = (): Promise<Following> => {
    const members = cluster.inOrder()
    const member = members[turn % members.length]
    if (!member) throw new Error('a cluster needs at least one member')
    turn += 1
    return follow(member, watched, { begun, missed }, stopped.signal)
  }
  const goOn = async (first: Following) => {
    for (let current: Following | null = first; !stopped.signal.aborted; ) {
      await current?.ended
      if (stopped.signal.aborted) return
      current = await begin().catch(() => null)
      if (!current) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
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
async function follow(
  member: Member,
  watched: readonly Watched[],
  ends: Ends,
  stop: AbortSignal,
): Promise<Following> {
  await member.signIn()
  const stream = await within(BEGIN_WITHIN_MS, member.streams.watchClient.watch())
  let heardAt = performance.now()
  let isOver = false
  let end: () => void = () => {}
  let fail: (error: Error) => void = () => {}
  const ended = new Promise<void>((resolve) => {
    end = () => {
      if (isOver) return
      isOver = true
      clearInterval(timer)
      stop.removeEventListener('abort', end)
      stream.cancel()
      fail(new Error('the watch has ended'))
      ends.missed()
      resolve()
    }
  })
  const timer = setInterval(() => {
    if (performance.now() - heardAt > SILENT_AFTER_MS) end()
    else stream.write({ progress_request: {} })
  }, ASK_EVERY_MS)
  stop.addEventListener('abort', end, { once: true })
  const begun = new Promise<void>((resolve, reject) => {
    fail = reject
    const created: number[] = []
    stream.on('data', (response: IWatchResponse) => {
      if (isOver) return
      heardAt = performance.now()
      if (response.canceled) return end()
      if (response.created && created.push(Number(response.header.revision)) === watched.length) {
        ends.begun(Math.max(...created))
        resolve()
      }
      const { heard } = watched[Number(response.watch_id) - 1] ?? {}
      for (const { kv } of response.events) heard?.(kv.key.toString(), kv.mod_revision)
    })
    stream.on('error', end)
    stream.on('end', end)
  })
  begun.catch(() => {})
  watched.forEach(({ prefix, what }, at) => {
    const key = Buffer.from(prefix)
    const filters: ('Noput' | 'Nodelete')[] = [what === 'gone' ? 'Noput' : 'Nodelete']
    stream.write({ create_request: { key, range_end: endOf(key), filters, watch_id: at + 1 } })
  })
  if (stop.aborted) end()
  try {
    await within(BEGIN_WITHIN_MS, begun)
    return { ended }
  } catch (error) {
    end()
    throw error
  }
}
