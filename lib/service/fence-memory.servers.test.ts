import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { expect, it, vi } from 'vitest'
import { lockKey } from '../engines/redis/layout.ts'
import { openBackend } from '../engines/registry.ts'
import { backendSpecSchema } from '../engines/spec.ts'
import { startRedis } from '../rig/redis-server.ts'
import { createWatch } from '../watch/create-watch.ts'
import { createService } from './compose.ts'

const NAME = 'ledger/close'

it('sees that a fence went down although the lock was free, and the console another one, in between', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'lockkeeper-fence-'))
  const server = await startRedis()
  const client = new Redis(server.url)
  const backends = [backendSpecSchema.parse({ id: 'ledger', kind: 'redis', url: server.url })]
  const hold = async (token: string, fence: number) => {
    const owner = { service: 'billing', host: 'h', pid: 1, process: token }
    const record = JSON.stringify({ fence: String(fence), since: Date.now(), ttl: 60_000, owner })
    const until = Date.now() + 120_000
    await client.set(lockKey(NAME), `${token.repeat(32)} ${record}`, 'PX', 60_000)
    await client.zadd('lk:index', until, NAME)
  }
  const start = () =>
    createService(
      {
        ...{ file: null, listen: { host: '127.0.0.1', port: 3000, publicOrigin: null }, demo: false },
        ...{ store: join(dir, 'console.db'), backends },
      },
      {
        ...{ openBackend, createWatch, now: Date.now, log: () => {} },
        startDemo: () => Promise.reject(new Error('no demo in this test')),
      },
    )
  const untilSeen = async (running: Awaited<ReturnType<typeof start>>, fence: string, verdicts: string[]) => {
    const look = async () => {
      const query = { q: NAME, sort: 'name', limit: 1, cursor: null, line: false }
      const [lock] = (await running.service.locks(query)).items
      expect([lock?.holders[0]?.fence, lock?.verdicts.map(({ id }) => id)]).toEqual([fence, verdicts])
    }
    await vi.waitFor(look, { timeout: 15_000, interval: 50 })
  }
  try {
    await hold('a', 48_000)
    const first = await start()
    await untilSeen(first, '48000', [])
    await client.del(lockKey(NAME))
    await first.close()
    // The counter of its fences was lost with the rest.
    await client.flushall()
    const second = await start()
    await hold('b', 3)
    await untilSeen(second, '3', ['fence-went-down'])
    await hold('c', 48_001)
    await untilSeen(second, '48001', [])
    await second.close()
  } finally {
    client.disconnect()
    await server.close()
    await rm(dir, { recursive: true })
  }
})
