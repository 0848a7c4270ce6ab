import 'server-only'
import type { SentFrame, View } from '../fleet/frame.ts'
import { Problem } from '../fleet/problem.ts'
import { isLoopback } from '../service/loopback.ts'
import type { Runtime } from './runtime.ts'

const RETRY_MS = 1_000
/** Each costs a part of every turn of the service: beyond this nobody would be served well. */
export const MOST_STREAMS = 256
/** For one address elsewhere, so that it leaves room for others. What comes from this machine may be anybody. */
export const MOST_STREAMS_EACH = 32
/** A reader that takes nothing for so long is gone, or does harm. */
const STUCK_MS = 60_000
const encoder = new TextEncoder()
const LAST_EVENT = encoder.encode('event: end\ndata: {"reason":"closing"}\n\n')

/**
 * A view as server-sent events. Whoever comes with a Last-Event-ID, or with `since`, goes on there if what happened since
 * is known, and is told to begin again otherwise. The last event, when the console ends, is of the type `end`.
 */
export async function eventStream(request: Request, view: View, runtime: Runtime): Promise<Response> {
  // Nobody would ever end what the head alone began.
  if (request.method === 'HEAD') return new Response(null, { headers: HEADERS })
  const giveBack = takePlace(addressOf(request))
  const pipe = openPipe(encoder.encode(`retry: ${RETRY_MS}\n\n`))
  const since = request.headers.get('last-event-id') ?? view.since
  const stop = await runtime.service
    .subscribe(since ? { ...view, since } : view, (frame) => pipe.push(encoder.encode(eventOf(frame))))
    .catch((error: unknown) => {
      giveBack()
      throw error
    })
  const forget = runtime.onClosing(() => pipe.end(LAST_EVENT))
  void pipe.ended.then(() => {
    giveBack()
    stop()
    forget()
  })
  if (request.signal.aborted) pipe.end()
  request.signal.addEventListener('abort', () => pipe.end(), { once: true })
  return new Response(pipe.readable, { headers: HEADERS })
}

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}

const streams = new Map<string, number>()

/** As the proxy in front of the console says, or its own web server does. */
function addressOf(request: Request): string {
  const [first = ''] = (request.headers.get('x-forwarded-for') ?? '').split(',')
  return first.trim().replace(/^::ffff:/, '')
}

function takePlace(address: string): () => void {
  const all = [...streams.values()].reduce((sum, count) => sum + count, 0)
  const its = streams.get(address) ?? 0
  const isElsewhere = address !== '' && !isLoopback(address)
  if (all >= MOST_STREAMS || (isElsewhere && its >= MOST_STREAMS_EACH)) {
    throw new Problem('busy', `${all} pages look at this console already.`, { hint: 'Close some of them.' })
  }
  streams.set(address, its + 1)
  return () => {
    const left = (streams.get(address) ?? 1) - 1
    if (left > 0) streams.set(address, left)
    else streams.delete(address)
  }
}

const eventOf = ({ version, json }: SentFrame): string => `id: ${version}\ndata: ${json}\n\n`

/** Chunks for a reader that may be slow or gone: a push is done when there is room for the next one. */
function openPipe(first: Uint8Array) {
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null
  let roomAgain: (() => void) | null = null
  let onEnd: () => void = () => {}
  const ended = new Promise<void>((resolve) => {
    onEnd = resolve
  })
  const finish = () => {
    controller = null
    roomAgain?.()
    onEnd()
  }
  const readable = new ReadableStream<Uint8Array>({
    start: (started) => {
      controller = started
      started.enqueue(first)
    },
    pull: () => roomAgain?.(),
    cancel: finish,
  })
  const end = (last?: Uint8Array) => {
    if (last) controller?.enqueue(last)
    controller?.close()
    finish()
  }
  return {
    readable,
    ended,
    async push(chunk: Uint8Array): Promise<void> {
      controller?.enqueue(chunk)
      if ((controller?.desiredSize ?? 1) > 0) return
      const stuck = setTimeout(() => end(), STUCK_MS)
      await new Promise<void>((resolve) => {
        roomAgain = resolve
      })
      clearTimeout(stuck)
    },
    end,
  }
}
