import { Cluster } from 'ioredis'
import { startCluster } from '../../rig/redis-cluster.ts'
import { startRedis } from '../../rig/redis-server.ts'
import { describeConformance } from '../conformance/index.ts'
import { probeOf } from '../conformance/redis-probe.ts'
import { misplacedRedis, redisSubject } from '../conformance/redis-subject.ts'
import { createRedisClusterNode } from './cluster-driver.ts'

/** So patient that nothing here makes a replica take over: what happens then is told elsewhere. */
const PATIENT = ['--cluster-node-timeout', '600000']

describeConformance('redis cluster', async () => {
  const [cluster, locked] = await Promise.all([startCluster({ replicas: true, args: PATIENT }), startRedis()])
  const { primaries } = cluster
  const probe = probeOf([new Cluster(cluster.urls)])
  const connectTo = (...urls: string[]) => [createRedisClusterNode({ id: 'cluster', urls })]
  const all = {
    process: {
      freeze: () => {
        for (const { process } of primaries) process.freeze()
      },
      resume: () => {
        for (const { process } of primaries) process.resume()
      },
    },
    restart: async () => {
      await Promise.all(primaries.map((primary) => primary.restart()))
    },
  }
  return {
    ...redisSubject({
      servers: [all],
      probe,
      connect: () => connectTo(...cluster.urls),
      misplaced: await misplacedRedis((url) => connectTo(url), locked),
    }),
    replicas: 1,
    async close() {
      probe.close()
      await Promise.all([cluster.close(), locked.close()])
    },
  }
})
