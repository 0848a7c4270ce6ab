import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { openBackend } from '../engines/registry.ts'
import { backendSpecSchema } from '../engines/spec.ts'
import { type Frame, frameSchema } from '../fleet/frame.ts'
import { type RedisServer, startRedis } from '../rig/redis-server.ts'
import { createWatch } from '../watch/create-watch.ts'
import { createService, type RunningService } from './compose.ts'

const SIZE = 500_000
const NAMES = ['a', 'b', 'c'].map((last) => `lock:${'n'.repeat(SIZE - 6)}${last}`)
const AT_MOST = 20_000

let dir: string
let server: RedisServer
let client: Redis
let running: RunningService

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'lockkeeper-long-'))
  server = await startRedis()
  client = new Redis(server.url)
  for (const [index, name] of NAMES.entries())
    await client.set(name, `${index}`.padStart(40, 'a'), 'PX', 600_000)
  const patterns = [{ match: 'lock:*', dialect: 'redlock' }]
  const spec = backendSpecSchema.parse({ id: 'long', kind: 'redis', url: server.url, patterns })
  running = await createService(
    {
      ...{ file: null, listen: { host: '127.0.0.1', port: 3000, publicOrigin: null }, demo: false },
      ...{ store: join(dir, 'console.db'), backends: [spec] },
    },
    {
      ...{ openBackend, createWatch, now: Date.now, log: () => {} },
      startDemo: () => Promise.reject(new Error('no demo in this test')),
    },
  )
  await vi.waitFor(async () => expect((await page()).total).toBe(3), { timeout: 20_000, interval: 50 })
}, 40_000)
afterAll(async () => {
  await running.close()
  client.disconnect()
  await server.close()
  rmSync(dir, { recursive: true })
}, 20_000)

const page = (limit = 100, cursor: string | null = null) =>
  running.service.locks({ q: '', sort: 'name', limit, cursor, line: true })
const bytesOf = (base64: string) => Buffer.from(base64, 'base64').toString()

it('lists tell how a name of half a megabyte begins, and the lock itself the whole of it', async () => {
  const found = await page()
  expect(JSON.stringify(found).length).toBeLessThan(AT_MOST)
  for (const [index, item] of found.items.entries()) {
    expect(item.name).toMatch(/^lock:n+… \(500 KB\)$/)
    expect(item.nameSize).toBe(SIZE)
    const { lock } = await running.service.lock(item.id)
    expect(bytesOf(lock.nameBytes)).toBe(NAMES[index])
    expect(NAMES[index]?.startsWith(bytesOf(item.nameBytes))).toBe(true)
  }
  expect(JSON.stringify(await running.service.overview()).length).toBeLessThan(AT_MOST)
  const ids = found.items.map(({ id }) => id)
  const drawn = await running.service.timelines({ q: '', ids, from: null, to: null, limit: 3 })
  expect(drawn.items).toHaveLength(3)
  expect(JSON.stringify(drawn).length).toBeLessThan(AT_MOST)
})

it('pages go on after such a name', async () => {
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const found = await page(1, cursor)
    seen.push(...found.items.map(({ id }) => id))
    cursor = found.nextCursor
    expect(cursor?.length ?? 0).toBeLessThan(AT_MOST)
  } while (cursor !== null)
  expect(new Set(seen).size).toBe(3)
  expect(seen).toHaveLength(3)
})

it('frames are as short, and tell of changes', async () => {
  const frames: Frame[] = []
  const [first] = (await page()).items
  const stop = await running.service.subscribe({ q: '', sort: 'name', overview: true }, ({ json }) => {
    expect(json.length).toBeLessThan(AT_MOST)
    frames.push(frameSchema.parse(JSON.parse(json)))
  })
  const told = () => frames.flatMap(({ locks }) => locks?.changed ?? [])
  const WAIT = { timeout: 20_000, interval: 50 }
  await vi.waitFor(() => expect(new Set(told().map(({ id }) => id)).size).toBe(3), WAIT)
  await client.set(NAMES[0] ?? '', 'b'.repeat(40), 'PX', 600_000)
  await vi.waitFor(
    () => expect(told().some(({ id, seen }) => id === first?.id && seen !== first.seen)).toBe(true),
    WAIT,
  )
  expect(told().every(({ nameSize }) => nameSize === SIZE)).toBe(true)
  stop()
})

it('files have the whole name', async () => {
  let part = await running.service.exportLocks({ q: '', format: 'json' })
  let text = part.text
  while (part.ticket !== null) {
    part = await running.service.exportMore(part.ticket)
    text += part.text
  }
  const { locks } = JSON.parse(text)
  expect(locks.map(({ nameBytes }: { nameBytes: string }) => bytesOf(nameBytes)).sort()).toEqual(NAMES)
})
