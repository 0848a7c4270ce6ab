import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { tieToUs } from './lifeline.ts'

/** A real server process that can be broken on purpose. */
export interface ServerProcess {
  readonly pid: number
  readonly running: boolean
  /** SIGTERM, then SIGKILL after `graceMs`. Resolves when it is gone. */
  stop(graceMs?: number): Promise<void>
  kill(): Promise<void>
  /** SIGSTOP: the port still accepts, nobody answers. */
  freeze(): void
  resume(): void
}

export async function startProcess(
  command: string,
  args: string[],
  isReady: () => Promise<boolean>,
  readyWithinMs = 15_000,
): Promise<ServerProcess> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let complaint = ''
  child.stderr?.on('data', (chunk) => {
    complaint = (complaint + chunk).slice(-2000)
  })
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (error) => reject(new Error(`${command} can't be started: ${error.message}`)))
    child.once('exit', (code) =>
      reject(new Error(`${command} ended with ${code} before it was ready: ${complaint}`)),
    )
  })
  failed.catch(() => {})
  tieToUs(child)
  try {
    await Promise.race([untilReady(isReady, readyWithinMs, command), failed])
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  return wrap(child)
}

async function untilReady(isReady: () => Promise<boolean>, withinMs: number, command: string): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!(await isReady().catch(() => false))) {
    if (performance.now() > deadline) throw new Error(`${command} was not ready within ${withinMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function wrap(child: ChildProcess): ServerProcess {
  const gone = new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve()
    else child.once('exit', () => resolve())
  })
  const isRunning = () => child.exitCode === null && child.signalCode === null
  return {
    pid: child.pid ?? -1,
    get running() {
      return isRunning()
    },
    async stop(graceMs = 2_000) {
      if (!isRunning()) return
      child.kill('SIGCONT')
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs)
      await gone
      clearTimeout(timer)
    },
    async kill() {
      if (!isRunning()) return
      child.kill('SIGKILL')
      await gone
    },
    freeze() {
      if (child.kill('SIGSTOP') && child.pid) untilItStands(child.pid)
    },
    resume: () => void child.kill('SIGCONT'),
  }
}

const STANDS_WITHIN_MS = 1_000

/** The signal takes a moment to reach every thread. Where the system does not tell, it is taken at its word. */
function untilItStands(pid: number): void {
  const deadline = performance.now() + STANDS_WITHIN_MS
  const tasks = `/proc/${pid}/task`
  const stands = (task: string) => /\) [TtZX] /.test(readFileSync(`${tasks}/${task}/stat`, 'utf8'))
  try {
    while (performance.now() < deadline && !readdirSync(tasks).every(stands));
  } catch {
    // No such folder: another system, or the process is gone.
  }
}
