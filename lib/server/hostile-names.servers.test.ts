import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { openBackend } from '../engines/registry.ts'
import { backendSpecSchema } from '../engines/spec.ts'
import { exportSchema } from '../fleet/export-lock.ts'
import { locksPageSchema } from '../fleet/lock.ts'
import { lockDetailSchema } from '../fleet/lock-detail.ts'
import { type RedisServer, startRedis } from '../rig/redis-server.ts'
import { createService, type RunningService } from '../service/compose.ts'
import { createWatch } from '../watch/create-watch.ts'
import { routesOver } from './test-routes.ts'

vi.mock('server-only', () => ({}))

/** As somebody may name a lock who means harm, or whose program went wrong. */
const NAMES = [
  Buffer.from('\u0000\u001b[31m\r\nset-cookie: a=b'),
  Buffer.from('user\u202egnp.exe\u2066'),
  Buffer.from([0xff, 0xfe, 0x00, 0xc3]),
  Buffer.from('=cmd|" /C calc"!A0'),
  Buffer.from('</script><img src=x onerror=alert(1)>'),
  Buffer.from('a\u00a0b\u200b\ufeff  c '),
  Buffer.from('%2e%2e/../?q=#\\'),
  Buffer.from(`"${'ü'.repeat(400)}`),
].map((name) => Buffer.concat([Buffer.from('lock:'), name]))
const hex = (bytes: Uint8Array | string) => Buffer.from(bytes as string, 'base64').toString('hex')
const WANTED = NAMES.map((name) => name.toString('hex')).sort()

let dir: string
let server: RedisServer
let client: Redis
let running: RunningService
let ask: Awaited<ReturnType<typeof routesOver>>

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'lockkeeper-names-'))
  server = await startRedis()
  client = new Redis(server.url)
  for (const [index, name] of NAMES.entries())
    await client.set(name, `${index}`.padStart(40, 'a'), 'PX', 600_000)
  const spec = {
    id: 'hostile',
    kind: 'redis',
    url: server.url,
    patterns: [{ match: 'lock:*', dialect: 'redlock' }],
  }
  running = await createService(
    {
      ...{ file: null, listen: { host: '127.0.0.1', port: 3000, publicOrigin: null }, demo: false },
      ...{ store: join(dir, 'console.db'), backends: [backendSpecSchema.parse(spec)] },
    },
    {
      ...{ openBackend, createWatch, now: Date.now, log: () => {} },
      startDemo: () => Promise.reject(new Error('no demo in this test')),
    },
  )
  ask = await routesOver(running.service)
  const all = async () => expect((await page('')).items).toHaveLength(NAMES.length)
  await vi.waitFor(all, { timeout: 20_000, interval: 50 })
}, 40_000)
afterAll(async () => {
  await running.close()
  client.disconnect()
  await server.close()
  rmSync(dir, { recursive: true })
}, 20_000)

const page = async (q: string) =>
  locksPageSchema.parse(await (await ask(`/api/v1/locks?${new URLSearchParams({ q, line: '1' })}`)).json())
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`

it('carries every name byte for byte, in lists and files and for one lock', async () => {
  const { items } = await page('')
  expect(items.map(({ nameBytes }) => hex(nameBytes)).sort()).toEqual(WANTED)
  for (const { id, nameBytes } of items) {
    const { lock } = lockDetailSchema.parse(
      await (await ask(`/api/v1/locks/${encodeURIComponent(id)}`)).json(),
    )
    expect([lock.id, lock.nameBytes, lock.state]).toEqual([id, nameBytes, 'held'])
    expect((await ask(`/api/v1/locks/${encodeURIComponent(id)}/timeline`)).status).toBe(200)
  }
  const told = exportSchema.parse(await (await ask('/api/v1/export')).json())
  expect(told.locks.map(({ nameBytes }) => hex(nameBytes)).sort()).toEqual(WANTED)
  const csv = await (await ask('/api/v1/export?format=csv')).text()
  for (const name of WANTED) expect(csv).toContain(`,${name},`)
})

it('shows none of them as something that it is not, and finds each by what is shown', async () => {
  const { items } = await page('')
  for (const { id, name } of items) {
    expect(name).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u00a0]/u)
    if (name.length > 250) continue
    expect((await page(quoted(name))).items.map((each) => each.id)).toEqual([id])
  }
  expect(new Set(items.map(({ name }) => name)).size).toBe(NAMES.length)
})

it('has nothing of them in a header or in metrics, and one line per lock in a file', async () => {
  const response = await ask('/api/v1/export?format=csv')
  expect([...response.headers.keys()]).not.toContain('set-cookie')
  expect((await response.text()).trimEnd().split('\r\n')).toHaveLength(NAMES.length + 1)
  expect(await (await ask('/metrics')).text()).not.toMatch(/lock:|calc|onerror/)
})

it('plans to release exactly the one that was named', async () => {
  const [lock] = (await page('onerror')).items
  const plan = await running.service.makePlan(
    { act: 'release', locks: [{ id: lock?.id ?? '', seen: lock?.seen ?? '' }] },
    'ana',
  )
  const request = { reason: 'it is in the way', confirm: lock?.name ?? '' }
  await running.service.applyPlan(plan.id, request, 'ana', 'a-key-of-my-own')
  const left = await Promise.all(NAMES.map((name) => client.exists(name)))
  expect(left.filter((each) => each === 0)).toHaveLength(1)
  expect(await client.exists(NAMES[4] ?? '')).toBe(0)
})
