import { expect, test } from 'vitest'
import { startRedis } from '../../rig/redis-server.ts'
import { closeRedis, isReady, openRedis, openRedisListener } from './connect.ts'

test('a listener hears again after its connection was cut', async () => {
  const server = await startRedis()
  const listener = openRedisListener(server.url, 'test', 'channel')
  await listener.subscribe('channel')
  const speaker = openRedis(server.url, 'test')
  await isReady(speaker, 5_000)
  const heard = new Promise((resolve) => listener.once('message', (_channel, message) => resolve(message)))
  listener.stream.destroy()
  const speaking = setInterval(() => void speaker.publish('channel', 'again'), 50)
  expect(await heard).toBe('again')
  clearInterval(speaking)
  closeRedis(listener)
  closeRedis(speaker)
  await server.close()
})
