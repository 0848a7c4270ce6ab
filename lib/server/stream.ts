import 'server-only'
import type { Frame, View } from '../fleet/frame.ts'
import { Problem } from '../fleet/problem.ts'
import type { Runtime } from './runtime.ts'

const RETRY_MS = 1_000
/** Each costs a part of every tick of the service: beyond this nobody would be served well. */
export const MOST_STREAMS = 100
/** A reader that takes nothing for so long is gone, or does harm. */
const STUCK_MS = 60_000
let streams = 0
const encoder = new TextEncoder()

/** A view as server-sent events. Whoever connects again begins with a full first frame. */
export async function eventStream(request: Request, view: View, runtime: Runtime): Promise<Response> {
  // Nobody would ever end what the head alone began.
  if (request.method === 'HEAD') return new Response(null, { headers: HEADERS })
  const giveBack = takePlace()
  const pipe = openPipe(encoder.encode(`retry: ${RETRY_MS}\n\n`))
  const stop = await runtime.service
    .subscribe(view, (frame) => pipe.push(encoder.encode(eventOf(frame))))
    .catch((error: unknown) => {
      giveBack()
      throw error
    })
  const forget = runtime.onClosing(() => pipe.end())
  void pipe.ended.then(() => {
    giveBack()
    stop()
    forget()
  })
  if (request.signal.aborted) pipe.end()
  request.signal.addEventListener('abort', pipe.end, { once: true })
  return new Response(pipe.readable, { headers: HEADERS })
}

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}

function takePlace(): () => void {
  if (streams >= MOST_STREAMS) {
    throw new Problem('conflict', `${MOST_STREAMS} pages look at this console already.`, {
      hint: 'Close some of them.',
    })
  }
  streams += 1
  return () => {
    streams -= 1
  }
}

const eventOf = (frame: Frame): string => `id: ${frame.version}\ndata: ${JSON.stringify(frame)}\n\n`

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
  const end = () => {
    controller?.close()
    finish()
  }
  return {
    readable,
    ended,
    async push(chunk: Uint8Array): Promise<void> {
      controller?.enqueue(chunk)
      if ((controller?.desiredSize ?? 1) > 0) return
      const stuck = setTimeout(end, STUCK_MS)
      await new Promise<void>((resolve) => {
        roomAgain = resolve
      })
      clearTimeout(stuck)
    },
    end,
  }
}
