import { type ChildProcess, fork } from 'node:child_process'
import { tieToUs } from '../rig/lifeline.ts'
import type { Command, Outcome, WorkerSetup } from './worker.ts'

/** A worker process as its test sees it. */
export interface Worker {
  readonly name: string
  ask(command: Command): Promise<Outcome>
  /** SIGSTOP and SIGCONT. */
  pause(): void
  resume(): void
  kill(): Promise<void>
  /** Lets it finish; kills it when it does not. */
  close(): Promise<void>
}

const CLOSE_WITHIN_MS = 10_000

/** `trusted`: the file of an authority whose certificates it believes. */
export async function startWorker(setup: WorkerSetup, trusted?: string): Promise<Worker> {
  const script = new URL('./worker.ts', import.meta.url)
  const child = fork(script, [JSON.stringify(setup)], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // biome-ignore lint/style/noProcessEnv: a child gets what we have, and this
    ...(trusted ? { env: { ...process.env, NODE_EXTRA_CA_CERTS: trusted } } : {}),
  })
  tieToUs(child)
  const asked = new Map<number, (outcome: Outcome) => void>()
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  void gone.then(() => {
    for (const answer of asked.values())
      answer({ done: false, code: 'gone', message: 'the worker ended', hint: null })
  })
  await ready(child, gone)
  child.on('message', ({ id, outcome }: { id: number; outcome: Outcome }) => {
    asked.get(id)?.(outcome)
    asked.delete(id)
  })
  let count = 0
  const ask = (command: Command): Promise<Outcome> =>
    new Promise((resolve) => {
      count += 1
      asked.set(count, resolve)
      if (child.connected) child.send({ id: count, command })
      else resolve({ done: false, code: 'gone', message: 'the worker ended', hint: null })
    })
  const kill = async () => {
    child.kill('SIGKILL')
    await gone
  }
  return {
    name: setup.name,
    ask,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    kill,
    async close() {
      child.kill('SIGCONT')
      const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_WITHIN_MS)
      await ask({ act: 'close' })
      await gone
      clearTimeout(timer)
    },
  }
}

function ready(child: ChildProcess, gone: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve())
    child.once('error', reject)
    void gone.then(() => reject(new Error('a worker ended before it was ready')))
  })
}
