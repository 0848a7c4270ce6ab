import { expect, test } from 'vitest'
import { startRedis } from '../../rig/redis-server.ts'
import { startProxy } from '../../rig/tcp-proxy.ts'
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

test('a listener that is closed while it waits to be subscribed again ends quietly', async () => {
  const server = await startRedis()
  const link = await startProxy(server.port)
  const failures: unknown[] = []
  const remember = (reason: unknown) => void failures.push(reason)
  process.on('unhandledRejection', remember)
  const listener = openRedisListener(`redis://127.0.0.1:${link.port}`, 'test', 'channel')
  await listener.subscribe('channel')
  link.set({ kind: 'swallow', direction: 'to-server', from: 'subscribe' })
  const subscribing = new Promise((resolve) => listener.once('ready', resolve))
  link.cut()
  await subscribing
  await new Promise((resolve) => setTimeout(resolve, 20))
  closeRedis(listener)
  await new Promise((resolve) => setTimeout(resolve, 100))
  process.off('unhandledRejection', remember)
  await link.close()
  await server.close()
  expect(failures).toEqual([])
})
