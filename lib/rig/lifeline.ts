import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/*
 * Servers and their folders must not outlive the process that made them, however it ends. A tiny process reads what they
 * are from its standard input, and kills and removes them when that input closes, which the kernel does for us even after
 * SIGKILL.
 */
const WATCHER = `
  const kept = new Set()
  let rest = ''
  process.stdin.on('data', (chunk) => {
    const lines = (rest + chunk).split('\\n')
    rest = lines.pop()
    for (const line of lines) line[0] === '-' ? kept.delete(line.slice(1)) : kept.add(line.slice(1))
  })
  process.stdin.on('end', () => {
    const pids = [...kept].filter((each) => /^\\d+$/.test(each))
    for (const pid of pids) try { process.kill(Number(pid), 'SIGKILL') } catch {}
    const { rmSync } = require('node:fs')
    for (const folder of kept) {
      if (!pids.includes(folder)) try { rmSync(folder, { recursive: true, force: true, maxRetries: 10 }) } catch {}
    }
    process.exit()
  })
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => {})
`

let watcher: ChildProcess | null = null

function tell(line: string): void {
  if (!watcher || watcher.exitCode !== null) {
    watcher = spawn(process.execPath, ['-e', WATCHER], { stdio: ['pipe', 'ignore', 'ignore'] })
    watcher.unref()
    watcher.stdin?.on('error', () => {})
    const pipe = watcher.stdin as unknown as { unref?: () => void } | null
    pipe?.unref?.()
  }
  watcher.stdin?.write(`${line}\n`)
}

/** Ties a child to the life of this process. */
export function tieToUs(child: ChildProcess): void {
  const { pid } = child
  if (pid === undefined) return
  tell(`+${pid}`)
  child.once('exit', () => tell(`-${pid}`))
}

/** A new folder for temporary files that goes with this process, if not before. */
export async function tiedFolder(prefix: string): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), prefix))
  tell(`+${path}`)
  return {
    path,
    async remove() {
      await rm(path, { recursive: true, force: true })
      tell(`-${path}`)
    },
  }
}
