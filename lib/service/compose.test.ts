import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Frame, View } from '../fleet/frame.ts'
import { createService, type RunningService } from './compose.ts'
import { parseConfig } from './config.ts'
import { realParts } from './parts.ts'

const WAIT = { timeout: 15_000, interval: 50 }

let folder: string
let running: RunningService | null
let log: string[]

const start = async (backends: string) => {
  const config = parseConfig(
    `store: ./console.db\nbackends:\n${backends}`,
    join(folder, 'lockkeeper.yaml'),
    {},
  )
  running = await createService(
    config,
    realParts({ cwd: folder, variables: {} }, (...entry) => void log.push(JSON.stringify(entry))),
  )
  return running.service
}
const stop = async () => {
  await running?.close()
  running = null
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockkeeper-compose-'))
  log = []
  running = null
})
afterEach(async () => {
  await stop()
  rmSync(folder, { recursive: true })
})

it('shows backends that can not be reached with the reason, and watches the others meanwhile', async () => {
  // It accepts, and never says a word.
  const mute = createServer()
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
  const address = mute.address()
  const port = typeof address === 'object' ? address?.port : 0
  const service = await start(`
  - { id: here, kind: memory, url: "memory://compose-here" }
  - { id: nobody, kind: redis, url: "redis://u:hunter2@127.0.0.1:1" }
  - { id: mute, kind: redis, url: "redis://127.0.0.1:${port}" }
  - { id: no-file, kind: redis, url: "rediss://127.0.0.1:1", tls: { ca: ./nowhere.pem } }
`)
  const viewed = async () => new Map((await service.nodes()).backends.map((each) => [each.id, each]))
  await vi.waitFor(async () => {
    const backends = await viewed()
    expect(backends.get('here')).toMatchObject({ trouble: null, sweptAt: expect.any(String) })
    for (const id of ['nobody', 'mute', 'no-file']) {
      expect(backends.get(id), id).toMatchObject({ trouble: expect.any(String), sweptAt: null })
    }
  }, WAIT)
  const backends = await viewed()
  expect(backends.get('no-file')?.trouble).toContain(join(folder, 'nowhere.pem'))
  expect(JSON.stringify([...backends, log])).not.toContain('hunter2')
  mute.close()
})

it('tells a stream that comes back after a restart to begin again', async () => {
  const heard = async (view: View): Promise<Frame> => {
    const frames: Frame[] = []
    const end = await running?.service.subscribe(view, ({ json }) => void frames.push(JSON.parse(json)))
    await vi.waitFor(() => expect(frames).not.toEqual([]), WAIT)
    end?.()
    return frames[0] as Frame
  }
  const backends = '  - { id: here, kind: memory, url: "memory://compose-again" }'
  await start(backends)
  const { version, resync } = await heard({ q: '' })
  expect(resync).toBeUndefined()
  expect((await heard({ q: '', since: version })).resync).toBeUndefined()
  await stop()
  await start(backends)
  expect((await heard({ q: '', since: version })).resync).toBe(true)
})
