import 'server-only'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Worker } from 'node:worker_threads'
import { connect } from '../service/port.ts'
import type { Service } from '../service/service.ts'
import { isThreadSays, THREAD_LIMITS, type ThreadHears, type ThreadSays } from '../service/thread.ts'

type Ready = Extract<ThreadSays, { thread: 'ready' }>

/** The one service behind this web server. */
export interface Runtime {
  readonly service: Service
  readonly about: Ready['about']
  readonly publicOrigin: string | null
  /** Called when the server is about to end; answers how to stop listening. */
  onClosing(listener: () => void): () => void
  close(): Promise<void>
}

const KEY = Symbol.for('lockkeeper.runtime')
/** Longer than its servers need to end; after that the process ends without waiting. */
const CLOSE_MS = 8_000

/** Bundles hold their own copies of this module: what is one for all of them lives on the global object. */
const shared = globalThis as { [KEY]?: Runtime }

export const runtime = (): Runtime | null => shared[KEY] ?? null

/** Makes it the one that all bundles see. */
export const holdRuntime = (held: Runtime | null): void => {
  if (held) shared[KEY] = held
  else delete shared[KEY]
}

/** Starts the service in its thread. Rejects with a text for whoever starts the console when that is not possible. */
export async function startRuntime(
  mode: 'built' | 'source',
  onDeath: (error: unknown) => void,
): Promise<void> {
  if (runtime()) return
  const worker = openWorker(mode)
  let isClosing = false
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  const { about, listen } = await untilReady(worker)
  const { service, close } = connect(worker)
  const closing = new Set<() => void>()

  worker.once('error', onDeath)
  worker.once('exit', () => {
    close()
    if (!isClosing) onDeath(new Error('the service ended'))
  })
  holdRuntime({
    service,
    about,
    publicOrigin: listen.publicOrigin,
    onClosing(listener) {
      closing.add(listener)
      return () => closing.delete(listener)
    },
    async close() {
      if (isClosing) return ended
      isClosing = true
      for (const listener of [...closing]) listener()
      worker.postMessage({ thread: 'close' } satisfies ThreadHears)
      const tooLong = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_MS).unref())
      await Promise.race([ended, tooLong])
    },
  })
}

/**
 * Next's bundler takes over every `new Worker(path)` that it can see: it would run a bundled copy of the service, in which
 * the files that lie beside the code are not found any more. So the class is fetched where it does not look.
 */
function openWorker(mode: 'built' | 'source'): Worker {
  const { Worker: Thread } = process.getBuiltinModule('node:worker_threads')
  if (mode === 'built') {
    return new Thread(join(process.cwd(), 'dist/service/worker.js'), { resourceLimits: THREAD_LIMITS })
  }
  const entry = pathToFileURL(join(process.cwd(), 'lib/service/worker.ts')).href
  // A thread does not take over the loader of TypeScript sources: it has to begin with that.
  return new Thread(
    `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(entry)}) })`,
    { eval: true, resourceLimits: THREAD_LIMITS },
  )
}

function untilReady(worker: Worker): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: unknown) => {
      if (!isThreadSays(message)) return
      worker.off('message', onMessage)
      if (message.thread === 'ready') resolve(message)
      else reject(new Error(message.says))
    }
    worker.on('message', onMessage)
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('the service ended before it was ready')))
  })
}
