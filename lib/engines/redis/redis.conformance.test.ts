import { startReplication } from '../../rig/redis-replication.ts'
import { startRedis } from '../../rig/redis-server.ts'
import { describeConformance } from '../conformance/index.ts'
import { redisProbe } from '../conformance/redis-probe.ts'
import { misplacedRedis, redisSubject } from '../conformance/redis-subject.ts'
import { createRedisNode } from './driver.ts'

describeConformance('redis', async () => {
  const [replication, locked] = await Promise.all([startReplication(1), startRedis()])
  const { primary } = replication
  const probe = redisProbe([primary.url])
  const connectTo = (url: string) => [createRedisNode({ id: 'r1', url })]
  return {
    ...redisSubject({
      servers: [primary],
      probe,
      connect: () => connectTo(primary.url),
      misplaced: await misplacedRedis(connectTo, locked),
    }),
    replicas: 1,
    async close() {
      probe.close()
      await Promise.all([replication.close(), locked.close()])
    },
  }
})
