import { startRedis } from '../../rig/redis-server.ts'
import { describeConformance } from '../conformance/index.ts'
import { redisProbe } from '../conformance/redis-probe.ts'
import { createRedisNode } from './driver.ts'

describeConformance('redis', async () => {
  const server = await startRedis()
  const probe = redisProbe([server.url])
  return {
    ttlMs: 1_000,
    maxTtlMs: 20_000,
    connect: () => [createRedisNode({ id: 'r1', url: server.url })],
    probe,
    freeze: () => server.process.freeze(),
    freezeMinority: null,
    resume: () => server.process.resume(),
    async close() {
      probe.close()
      await server.close()
    },
  }
})
