import { expect, test } from 'vitest'
import { isReady, openRedis } from './connect.ts'
import { pause, stageOnRedis } from './testing/driver-stage.ts'
import { type Send, takeOver } from './wire.ts'

const stage = stageOnRedis()

const ask = (send: Send | null, ...words: (string | number)[]) =>
  new Promise((resolve) => (send ?? expect.unreachable('not taken over'))(words, resolve))

async function openClient() {
  const client = openRedis(stage.server.url, 'test')
  await isReady(client, 5_000)
  return client
}

test('what is asked through the client and past it is answered to whoever asked', async () => {
  const client = await openClient()
  const before = client.set('x', 'ключ')
  const taking = takeOver(client)
  const meanwhile = client.get('x')
  const send = await taking
  const after = [client.get('x'), ask(send, 'get', 'x'), client.hgetall('none'), ask(send, 'incr', 'x')]
  expect(await before).toBe('OK')
  expect(await meanwhile).toBe('ключ')
  expect(await Promise.all(after.slice(0, 3))).toEqual(['ключ', 'ключ', {}])
  expect(await after[3]).toMatchObject({ message: expect.stringMatching(/not an integer/) })
  await expect(client.incr('x')).rejects.toThrow(/not an integer/)
  client.disconnect()
})

test('what is under way when the connection is cut fails, and the client makes a new one', async () => {
  const client = await openClient()
  const send = await takeOver(client)
  stage.server.process.freeze()
  const lost = ask(send, 'set', 'x', '1')
  const lostToo = client.set('y', '1').catch((error: Error) => error)
  await pause(20)
  client.stream.destroy()
  expect(await lost).toBeInstanceOf(Error)
  expect(await lostToo).toBeInstanceOf(Error)
  expect(await ask(send, 'set', 'z', '1')).toMatchObject({ message: expect.stringMatching(/writeable/) })
  stage.server.process.resume()
  await expect.poll(() => client.get('z').catch(String)).toBe(null)
  expect(await ask(await takeOver(client), 'get', 'z')).toBe(null)
  client.disconnect()
})

test('a connection that is cut while it is taken over is left to the client', async () => {
  const client = await openClient()
  stage.server.process.freeze()
  const taking = takeOver(client)
  const held = client.get('x').catch((error: Error) => error)
  client.stream.destroy()
  expect(await taking).toBe(null)
  expect(await held).toBeInstanceOf(Error)
  stage.server.process.resume()
  await expect.poll(() => client.get('x').catch(String)).toBe(null)
  client.disconnect()
})
