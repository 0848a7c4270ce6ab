import Bull from 'bull'
import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RedisServer, startRedis } from '../rig/redis-server.ts'
import { testDigest } from '../watch/test-watching.ts'
import { lockInTime, nameOf, openReading, type Reading } from './reading.ts'

describe('jobs that are worked on', () => {
  let server: RedisServer
  let redis: Redis
  let reading: Reading

  beforeAll(async () => {
    server = await startRedis()
    redis = new Redis(server.url).on('error', () => {})
    reading = await openReading(server.url)
  })
  afterAll(async () => {
    await reading.close()
    redis.disconnect()
    await server.close()
  })

  /** A job that is begun, and goes on until it is told to end. */
  function task() {
    let end = () => {}
    const ended = new Promise<void>((resolve) => {
      end = resolve
    })
    return { process: () => ended, end: () => end() }
  }

  const expected = async (key: string) => ({
    ...{ confidence: 'certain', kind: 'job', waiters: { known: false } },
    holders: [{ tokenDigest: testDigest((await redis.get(key)) ?? ''), sinceIs: 'exact' }],
  })

  it('by BullMQ name their worker', async () => {
    const connection = { host: '127.0.0.1', port: server.port }
    const { process, end } = task()
    const queue = new Queue('mail', { connection })
    const worker = new Worker('mail', process, { connection, name: 'mailer-3' })
    try {
      const { id } = await queue.add('welcome', { to: 'eve' })
      const key = `bull:mail:${id}:lock`
      const sighting = await lockInTime(reading, redis, key)
      expect(sighting).toMatchObject({ dialect: 'bullmq', ...(await expected(key)) })
      expect(sighting.holders[0]).toMatchObject({
        label: 'mailer-3',
        identity: { labels: { job: 'welcome' } },
      })
      expect(sighting.holders[0]?.since).toBe(Number(await redis.hget(`bull:mail:${id}`, 'processedOn')))
      expect(nameOf(sighting)).toBe(`mail:${id}`)
    } finally {
      end()
      await worker.close()
      await queue.close()
    }
    expect(await reading.sweep()).toEqual([])
  })

  it('by Bull have a token of their queue', async () => {
    const { process, end } = task()
    const queue = new Bull('report', server.url)
    try {
      void queue.process(process)
      const { id } = await queue.add({})
      const key = `bull:report:${id}:lock`
      const sighting = await lockInTime(reading, redis, key)
      expect(sighting).toMatchObject({ dialect: 'bull', ...(await expected(key)) })
      expect(nameOf(sighting)).toBe(`report:${id}`)
    } finally {
      end()
      await queue.close()
    }
    expect(await reading.sweep()).toEqual([])
  })
})
