import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { lockKey } from '../engines/redis/layout.ts'
import { openBackend } from '../engines/registry.ts'
import { backendSpecSchema } from '../engines/spec.ts'
import { type RedisServer, startRedis } from '../rig/redis-server.ts'
import { createWatch } from '../watch/create-watch.ts'
import { createService, type RunningService } from './compose.ts'

const NAME = 'ledger/close'

let dir: string
let server: RedisServer
let client: Redis
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lockkeeper-fence-'))
  server = await startRedis()
  client = new Redis(server.url)
})
afterEach(async () => {
  client.disconnect()
  await server.close()
  await rm(dir, { recursive: true })
})

const hold = async (token: string, fence: number) => {
  const owner = { service: 'billing', host: 'h', pid: 1, process: token }
  const record = JSON.stringify({ fence: String(fence), since: Date.now(), ttl: 60_000, owner })
  await client.set(lockKey(NAME), `${token.repeat(32)} ${record}`, 'PX', 60_000)
  await client.zadd('lk:index', Date.now() + 120_000, NAME)
}

/** A console on the same store each time. */
const start = (demo = false) => {
  const specs = [backendSpecSchema.parse({ id: 'ledger', kind: 'redis', url: server.url })]
  const fleet = {
    ...{ servers: 'real' as const, specs, onChange: () => () => {}, close: async () => {} },
    state: () => Promise.reject(new Error('nobody asks')),
    act: () => Promise.reject(new Error('nobody asks')),
  }
  return createService(
    {
      ...{ file: null, listen: { host: '127.0.0.1', port: 3000, publicOrigin: null }, demo },
      ...{ store: join(dir, 'console.db'), backends: demo ? [] : specs },
    },
    { openBackend, createWatch, now: Date.now, log: () => {}, startDemo: async () => fleet },
  )
}

const untilSeen = async ({ service }: RunningService, fence: string, verdicts: string[]) => {
  const look = async () => {
    const query = { q: NAME, sort: 'name', limit: 1, cursor: null, line: false }
    const [lock] = (await service.locks(query)).items
    // Everything that was seen until now has reached the history.
    if (lock) await service.timeline(lock.id, null, null)
    expect([lock?.holders[0]?.fence, lock?.verdicts.map(({ id }) => id)]).toEqual([fence, verdicts])
  }
  await vi.waitFor(look, { timeout: 30_000, interval: 50 })
}

/** The counter of its fences is lost with the rest. */
const loseEverything = async (running: RunningService) => {
  await untilSeen(running, '48000', [])
  await client.del(lockKey(NAME))
  await running.close()
  await client.flushall()
}

it('sees that a fence went down although the lock was free, and the console another one, in between', async () => {
  await hold('a', 48_000)
  await loseEverything(await start())
  const second = await start()
  await hold('b', 3)
  await untilSeen(second, '3', ['fence-went-down'])
  await hold('c', 48_001)
  await untilSeen(second, '48001', [])
  await second.close()
})

it('expects nothing of the demo fleet, whose stores are new each time', async () => {
  await hold('a', 48_000)
  await loseEverything(await start(true))
  const second = await start(true)
  await hold('b', 3)
  await untilSeen(second, '3', [])
  await untilSeen(second, '3', [])
  await second.close()
})
