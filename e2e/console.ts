import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../lib/rig/ports.ts'

/** Starts the console as a user would, on its demo fleet, with a store of its own; ends it after the last journey. */
export default async function startConsole(): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'lockkeeper-e2e-'))
  const config = join(dir, 'lockkeeper.yaml')
  await writeFile(config, `store: ${join(dir, 'lockkeeper.db')}\ndemo: true\n`)
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const child = spawn(process.execPath, ['lib/bin/start.mjs'], {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, PORT: String(port), LOCKKEEPER_CONFIG: config },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  await untilHealthy(origin, child)
  process.env.E2E_ORIGIN = origin
  return async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await ended
    await rm(dir, { recursive: true, force: true })
  }
}

async function untilHealthy(origin: string, child: ChildProcess): Promise<void> {
  for (const deadline = Date.now() + 180_000; Date.now() < deadline; ) {
    if (child.exitCode !== null)
      throw new Error(`the console ended with ${child.exitCode} before it was ready`)
    const answer = await fetch(`${origin}/healthz`).catch(() => null)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error('the console did not become healthy')
}
