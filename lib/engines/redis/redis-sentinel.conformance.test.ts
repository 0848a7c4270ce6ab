import { startSentinels } from '../../rig/redis-sentinels.ts'
import { startRedis } from '../../rig/redis-server.ts'
import { describeConformance } from '../conformance/index.ts'
import { redisProbe } from '../conformance/redis-probe.ts'
import { misplacedRedis, redisSubject } from '../conformance/redis-subject.ts'
import { createRedisSentinelNode } from './sentinel-driver.ts'

/** So patient that nothing here makes them choose another primary: what happens then is told elsewhere. */
const DOWN_AFTER_MS = 600_000

describeConformance('redis behind sentinels', async () => {
  const [sentinels, locked] = await Promise.all([
    startSentinels({ downAfterMs: DOWN_AFTER_MS, replicas: 1 }),
    startRedis(),
  ])
  const [primary] = sentinels.servers
  if (!primary) throw new Error('there is a primary')
  const nodes = sentinels.sentinels.map(({ port }) => `redis://127.0.0.1:${port}`)
  const probe = redisProbe([primary.url])
  const connectTo = (name: string, ...urls: string[]) => [
    createRedisSentinelNode({ id: 'primary', sentinel: { name, nodes: urls } }),
  ]
  const connect = () => connectTo(sentinels.name, ...nodes)
  const misplaced = await misplacedRedis((url) => connectTo(sentinels.name, url), locked)
  return {
    ...redisSubject({
      servers: [primary],
      probe,
      connect,
      misplaced: [
        // A server that is no Sentinel says that first.
        ...misplaced.filter(({ what }) => what !== 'no password'),
        { what: 'no Sentinel', connect: () => connectTo(sentinels.name, primary.url), says: /sentinel/i },
        {
          what: 'a name that they do not know',
          connect: () => connectTo('somebody', ...nodes),
          says: /sentinel.*name/i,
        },
      ],
    }),
    replicas: 1,
    async close() {
      probe.close()
      await Promise.all([sentinels.close(), locked.close()])
    },
  }
})
