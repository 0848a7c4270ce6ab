import { Redis } from 'ioredis'
import { afterEach, describe, expect, it } from 'vitest'
import { lockKey } from '../engines/redis/layout.ts'
import { openBackend } from '../engines/registry.ts'
import { backendSpecSchema } from '../engines/spec.ts'
import { type RedisServer, startRedis } from '../rig/redis-server.ts'
import { createWatch } from './create-watch.ts'
import { newToken, ownValue, testDigest, until } from './test-watching.ts'

describe('a watch on several backends', () => {
  const open: { close(): Promise<unknown> }[] = []
  afterEach(async () => {
    for (const each of open.splice(0).reverse()) await each.close()
  })
  const opened = <T extends { close(): Promise<unknown> }>(each: T): T => {
    open.push(each)
    return each
  }
  const watchAll = async (specs: object[]) => {
    const watched = await Promise.all(
      specs.map(async (input) => {
        const spec = backendSpecSchema.parse(input)
        const backend = opened(await openBackend(spec, { digest: testDigest }))
        return { open: backend, kind: spec.kind, environment: null, demo: false }
      }),
    )
    return opened(createWatch(watched))
  }
  const take = (server: RedisServer, name: string) => {
    const redis = new Redis(server.url)
    return redis
      .set(lockKey(name), ownValue(newToken(), 60_000), 'PX', 60_000)
      .finally(() => redis.disconnect())
  }

  it('goes on with the others when one is stopped, refuses, or never was there', async () => {
    const [well, sick] = [opened(await startRedis()), opened(await startRedis())]
    await take(well, 'a')
    await take(sick, 'b')
    const watch = await watchAll([
      { id: 'well', kind: 'redis', url: well.url },
      { id: 'sick', kind: 'redis', url: sick.url },
      { id: 'nowhere', kind: 'redis', url: 'redis://127.0.0.1:1' },
      { id: 'stranger', kind: 'redis', url: well.url.replace('redis://', 'redis://nobody:wrong@') },
    ])
    const state = (name: string) => {
      for (const brief of watch.locks.briefs()) if (brief.name === name) return brief.state
      return null
    }
    const backend = (id: string) => watch.backends().find((each) => each.id === id)
    await until('both locks', () => state('a') === 'held' && state('b') === 'held')
    await until('why one is not there', () => backend('nowhere')?.trouble)
    const refusal = await until('why one refuses', () => backend('stranger')?.trouble)
    expect(refusal).not.toMatch(/wrong@|nobody:/)
    expect(backend('well')?.trouble).toBeNull()
    sick.process.freeze()
    await until('its silence', () => state('b') === 'unknown')
    await take(well, 'c')
    await until('a lock taken meanwhile', () => state('c') === 'held')
    expect(state('b')).toBe('unknown')
    sick.process.resume()
    await until('its answer', () => state('b') === 'held')
  })

  it('tells what reading costs', async () => {
    const server = opened(await startRedis())
    const watch = await watchAll([{ id: 'jobs', kind: 'redis', url: server.url }])
    const cost = await until('some commands', () => {
      const [backend] = watch.backends()
      return backend?.cost && backend.cost.perSecond > 0 ? backend.cost : null
    })
    expect(cost.budget).toBeGreaterThan(cost.perSecond)
  })
})
