import { parentPort, workerData } from 'node:worker_threads'
import { type Answer, ASKS, type Ask, type Asked, type ThreadData } from './asks.ts'
import { openSql } from './database.ts'
import { Recorder } from './recorder.ts'

/** The thread that reads and writes what happened, so that nobody else waits for the disk. */
const port = parentPort
if (!port) throw new Error('the history runs in a thread of its own')

const { file, limits }: ThreadData = workerData
const recorder = new Recorder(openSql(file, 'fast'), limits)

port.on('message', (asked: Ask) => port.postMessage(answer(asked)))

function answer({ id, ask, args }: Ask): Answer {
  try {
    if (!ASKS.includes(ask)) throw new Error(`the history can't be asked to ${ask}`)
    return { id, value: call(recorder, ask, args) }
  } catch (error) {
    return { id, failed: error instanceof Error ? error.message : String(error) }
  }
}

/** The other side asks with the types of `Asked`. */
const call = (asked: Asked, ask: Ask['ask'], args: unknown[]): unknown =>
  (asked[ask] as (this: Asked, ...args: unknown[]) => unknown).apply(asked, args)
