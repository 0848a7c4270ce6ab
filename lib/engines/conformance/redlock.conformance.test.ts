import { startRedis } from '../../rig/redis-server.ts'
import { createRedisNode } from '../redis/driver.ts'
import { describeConformance } from './index.ts'
import { redisProbe } from './redis-probe.ts'
import { bootstrapRedis, misplacedRedis, REDIS_MAX_TTL_MS, redisSubject } from './redis-subject.ts'

describeConformance('redlock of five Redis servers', async () => {
  const [locked, ...servers] = await Promise.all([
    startRedis(),
    ...Array.from({ length: 5 }, () => startRedis()),
  ])
  const probe = redisProbe(servers.map((server) => server.url))
  await bootstrapRedis(probe)
  const connectTo = (urls: readonly string[], quarantineMs: number | null) =>
    urls.map((url, at) => createRedisNode({ id: `r${at + 1}`, url, quarantineMs }))
  return {
    ...redisSubject({
      servers,
      probe,
      connect: (quarantineMs) =>
        connectTo(
          servers.map((server) => server.url),
          quarantineMs,
        ),
      misplaced: await misplacedRedis((url) => connectTo(Array(5).fill(url), REDIS_MAX_TTL_MS), locked),
    }),
    replicas: 0,
    async close() {
      probe.close()
      await Promise.all([locked, ...servers].map((server) => server.close()))
    },
  }
})
