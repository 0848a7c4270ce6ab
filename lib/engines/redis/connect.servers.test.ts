import { expect, test } from 'vitest'
import { startRedis } from '../../rig/redis-server.ts'
import { closeRedis, isReady, openRedis, openRedisListener } from './connect.ts'

test('closing a listener while it subscribes again leaves no error that nobody catches', async () => {
  const server = await startRedis()
  const strays: unknown[] = []
  const stray = (error: unknown) => strays.push(error)
  process.on('unhandledRejection', stray)
  const listener = openRedisListener(server.url, 'test', 'channel')
  await listener.subscribe('channel')
  const closed = new Promise((resolve) => listener.once('end', resolve))
  listener.once('ready', () => closeRedis(listener))
  listener.stream.destroy()
  await closed
  await new Promise((resolve) => setTimeout(resolve, 20))
  process.off('unhandledRejection', stray)
  expect(strays).toEqual([])
  await server.close()
})

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
