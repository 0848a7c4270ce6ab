import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openStore } from './store.ts'
import { looking } from './test-story.ts'
import { withoutThread } from './test-thread.ts'

const STORE = pathToFileURL(join(import.meta.dirname, 'store.ts')).href

/** A console that records as fast as it can, and says up to which number all is on the disk. */
const CONSOLE = `
  const { openStore } = await import(${JSON.stringify(STORE)})
  const { history } = openStore(process.argv[1], { now: Date.now, onTrouble: console.error })
  const about = { backend: 'b', lock: null, lockName: null, node: null, tokenDigest: null, label: null, fence: null, waiters: 0 }
  history.append([{ ...about, at: new Date().toISOString(), kind: 'observing' }])
  let n = 0
  for (;;) {
    const at = new Date().toISOString()
    const some = Array.from({ length: 500 }, () => {
      n += 1
      return { ...about, at, kind: 'granted', lock: 'l' + n, lockName: 'l', tokenDigest: 'd' + n, state: 'held' }
    })
    const last = history.append(some).at(-1)
    await history.since(Date.now() + 1e6, 1)
    console.log(last.seq)
  }
`

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lockkeeper-killed-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

it('has everything that was on the disk when the console was killed while it wrote, and a gap from then on', async () => {
  const file = join(dir, 'console.db')
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', CONSOLE, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let told = 0
  let lines = 0
  for await (const line of createInterface(child.stdout)) {
    told = Number(line)
    lines += 1
    if (lines === 15) child.kill('SIGKILL')
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  expect(child.signalCode).toBe('SIGKILL')

  const now = Date.now() + 60_000
  const store = openStore(file, { now: () => now, onTrouble: () => {} }, withoutThread)
  const events = await store.history.since(0, 1_000_000)
  const seqs = events.map(({ seq }) => Number(seq))
  expect(seqs).toEqual(seqs.map((_, at) => at + 1))
  expect(seqs.length).toBeGreaterThan(told)
  const end = events.at(-1)
  expect(end).toMatchObject({ kind: 'not-observing', backend: null })
  store.history.append([looking(now)])
  const window = { lock: 'l1', backend: 'b', kind: 'mutex' as const, from: now - 600_000, to: now, now }
  const { holds, gaps } = await store.history.timeline(window)
  expect(gaps.at(-1)).toEqual({ from: end?.at, to: new Date(now).toISOString() })
  expect(holds).toMatchObject([{ tokenDigest: 'd1', end: 'unknown', to: end?.at }])
  await store.close()
})
