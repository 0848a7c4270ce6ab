import type { Worker } from 'node:worker_threads'
import type { Answer, Ask, Asked, AskName, ThreadData } from './asks.ts'

/** Questions to the recorder, answered in the order in which they are asked. */
export interface HistoryThread {
  ask<Name extends AskName>(name: Name, ...args: Parameters<Asked[Name]>): Promise<ReturnType<Asked[Name]>>
  close(): Promise<void>
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** A thread that ends by itself is followed by another one at the next question. */
export function openHistoryThread(data: ThreadData): HistoryThread {
  const waiting = new Map<number, Waiting>()
  let asked = 0
  let thread: Worker | null = null

  const start = (): Worker => {
    const started = startThread(data)
    started.on('message', (answer: Answer) => {
      const one = waiting.get(answer.id)
      waiting.delete(answer.id)
      if (waiting.size === 0) started.unref()
      if ('failed' in answer) one?.reject(new Error(`the history: ${answer.failed}`))
      else one?.resolve(answer.value)
    })
    const gone = (error?: unknown) => {
      if (thread !== started) return
      thread = null
      const all = [...waiting.values()]
      waiting.clear()
      for (const one of all) one.reject(new Error("the history's thread ended", { cause: error }))
    }
    started.once('error', gone)
    started.once('exit', () => gone())
    // Whoever wants to end waits for an answer, and for nothing else.
    started.unref()
    return started
  }

  return {
    ask(ask, ...args) {
      thread ??= start()
      const to = thread
      asked += 1
      const message: Ask = { id: asked, ask, args }
      return new Promise((resolve, reject) => {
        to.ref()
        waiting.set(message.id, { resolve: (value) => resolve(value as never), reject })
        to.postMessage(message)
      })
    },
    async close() {
      const closing = thread
      thread = null
      await closing?.terminate()
    },
  }
}

/** As the service's own thread: a bundler must not see this, and sources in TypeScript need their loader first. */
function startThread(data: ThreadData): Worker {
  const { Worker: Thread } = process.getBuiltinModule('node:worker_threads')
  const isSource = import.meta.url.endsWith('.ts')
  const entry = new URL(isSource ? './thread.ts' : './thread.js', import.meta.url)
  if (!isSource) return new Thread(entry, { workerData: data, execArgv: [] })
  const begin = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(entry.href)}) })`
  return new Thread(begin, { eval: true, workerData: data, execArgv: [] })
}
