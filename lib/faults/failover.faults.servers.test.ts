import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BackendSpec } from '../engines/spec.ts'
import { type Replication, startReplication } from '../rig/redis-replication.ts'
import type { RedisServer } from '../rig/redis-server.ts'
import { MAX_TTL_MS } from './fleets.ts'
import { unforgivable } from './judge.ts'
import { publish } from './publish.ts'
import { createScene, granted, type Scene } from './scene.ts'

const KIND = 'Redis with replicas'

const backendOn = ({ url }: RedisServer): BackendSpec => ({
  ...{ kind: 'redis', id: 'lone', url, replicas: [], maxTtlMs: MAX_TTL_MS, patterns: [] },
})

/** A lock of one Redis does not outlive a failover that lost it. What happens then is counted, and fences keep the order. */
describe('a replica that takes over by hand', () => {
  let fleet: Replication
  let scene: Scene
  beforeAll(async () => {
    fleet = await startReplication(2)
    scene = await createScene()
  })
  afterAll(async () => {
    await scene.close()
    await fleet.close()
  })

  const options = { ttlMs: 20_000, autoRenew: false }
  const replica = (index: number): RedisServer => {
    const server = fleet.replicas[index]
    if (!server) throw new Error('no such replica')
    return server
  }

  it('F11 and F10: makes a second holder when it never had the lock, and the fence tells them apart', async () => {
    const old = await scene.worker(backendOn(fleet.primary))
    await fleet.detach(replica(1))
    const copied = granted(
      await old.ask({ act: 'acquire', key: 'f11', options: { ...options, minReplicas: 1 } }),
    )
    await fleet.detach(replica(0))
    const uncopied = granted(await old.ask({ act: 'acquire', key: 'f10', options }))
    const careful = await old.ask({
      act: 'acquire',
      key: 'f10-careful',
      options: { ...options, minReplicas: 1 },
    })
    expect(careful).toMatchObject({ done: false, code: 'under_replicated' })

    await fleet.primary.process.kill()
    await fleet.promote(replica(1))
    const next = await scene.worker(backendOn(replica(1)))
    for (const { key, hold } of [
      { key: 'f11', hold: copied.hold },
      { key: 'f10', hold: uncopied.hold },
    ]) {
      const second = granted(await next.ask({ act: 'acquire', key, options }))
      expect(await next.ask({ act: 'write', hold: second.hold })).toMatchObject({ yes: true })
      expect(await old.ask({ act: 'write', hold })).toMatchObject({ yes: false })
    }
    const f10 = scene.judge('f10')
    const f11 = scene.judge('f11')
    publish('F10 failover before replication', KIND, f10, 'minReplicas: 1 was refused as under_replicated')
    publish('F11 the replica without it promoted', KIND, f11, 'minReplicas: 1 had been granted')
    expect([...unforgivable(f10), ...unforgivable(f11)]).toEqual([])
    expect([f10.overlaps.length, f11.overlaps.length]).toEqual([1, 1])
  })
})
