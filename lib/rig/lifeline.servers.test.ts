import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { expect, it, vi } from 'vitest'

const OWNER = `
  const { startRedis } = await import('./lib/rig/redis-server.ts')
  const { tiedFolder } = await import('./lib/rig/lifeline.ts')
  const server = await startRedis(['--appendonly', 'yes'])
  const folder = await tiedFolder('lockkeeper-test-')
  console.log(JSON.stringify([server.process.pid, folder.path]))
  setInterval(() => {}, 1_000)
`

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

it('leaves neither a server nor a folder behind when its owner is killed', async () => {
  const root = new URL('../..', import.meta.url).pathname
  const args = ['--import', 'tsx', '--input-type=module', '-e', OWNER]
  const owner = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
  const [pid, folder] = await new Promise<[number, string]>((resolve) =>
    owner.stdout.once('data', (line) => resolve(JSON.parse(String(line)))),
  )
  expect([isAlive(pid), existsSync(folder)]).toEqual([true, true])
  owner.kill('SIGKILL')
  await vi.waitFor(() => expect([isAlive(pid), existsSync(folder)]).toEqual([false, false]), {
    timeout: 10_000,
  })
})
