import { expect, test } from 'vitest'
import { startProxy } from '../../rig/tcp-proxy.ts'
import { ask, holdOf, pause, renewalOf, stageOnRedis } from './testing/driver-stage.ts'

const stage = stageOnRedis()

test('scripts that the server forgot are sent again', async () => {
  const node = stage.open()
  const x = ask('x')
  await node.attempt([x])
  await stage.raw.script('FLUSH')
  expect(await node.attempt([ask('y')])).toMatchObject([{ outcome: 'granted' }])
  await stage.raw.script('FLUSH')
  expect(await node.renew([renewalOf(x)])).toMatchObject([{ outcome: 'granted' }])
  await stage.raw.script('FLUSH')
  expect(await node.release([holdOf(x)])).toMatchObject([{ outcome: 'granted' }])
})

test('what the server reads after its time is not carried out', async () => {
  const node = stage.open()
  await node.attempt([ask('warm')])
  stage.server.process.freeze()
  const late = node.attempt([ask('x', { withinMs: 100 }), ask('y', { withinMs: 30_000 })])
  await pause(300)
  stage.server.process.resume()
  expect(await late).toMatchObject([
    { outcome: 'unknown', why: 'it came too late', maybeDone: false },
    { outcome: 'granted' },
  ])
  expect(await stage.raw.exists('lk:{x}')).toBe(0)
})

test('a cut connection leaves it unknown, and nothing is sent again on the next one', async () => {
  const node = stage.open()
  await node.attempt([ask('warm')])
  stage.server.process.freeze()
  const cut = node.attempt([ask('x')])
  await pause(50)
  await stage.server.restart()
  expect(await cut).toMatchObject([{ outcome: 'unknown', maybeDone: true }])
  let answer = await node.attempt([ask('after')])
  while (answer[0]?.outcome === 'unknown') {
    expect(answer[0].maybeDone).toBe(false)
    await pause(50)
    answer = await node.attempt([ask('after')])
  }
  expect(await stage.raw.exists('lk:{x}')).toBe(0)
})

test('while a server can not be reached nothing is sent, and that is said', async () => {
  const node = stage.open()
  const held = ask('x')
  await node.attempt([held])
  await stage.server.process.kill()
  await pause(20)
  const unsent = { outcome: 'unknown', maybeDone: false }
  expect(await node.attempt([ask('y')])).toMatchObject([unsent])
  expect(await node.renew([renewalOf(held)])).toMatchObject([unsent])
  expect(await node.release([holdOf(held)])).toMatchObject([unsent])
  expect(await node.order([{ act: 'unfreeze', name: 'x' }])).toMatchObject([unsent])
  await expect(node.read(['x'])).rejects.toThrow()
})

test('a server that is down from the beginning serves as soon as it is up', async () => {
  await stage.server.process.kill()
  const node = stage.open()
  expect(await node.attempt([ask('x')])).toMatchObject([
    { outcome: 'unknown', maybeDone: false, why: 'connection refused', hint: expect.any(String) },
  ])
  await stage.server.restart()
  await expect.poll(() => node.attempt([ask('x')])).toMatchObject([{ outcome: 'granted' }])
})

for (const [what, fault] of [
  ['bytes that are no answer', { kind: 'garble', bytes: 'HTTP/1.1 400 Bad Request\r\n\r\n' }],
  ['the answer to something else', { kind: 'garble', bytes: '+OK\r\n' }],
  ['a list that is too short', { kind: 'garble', bytes: '*0\r\n' }],
  ['half a reply', { kind: 'cut-reply', afterBytes: 6 }],
  ['no reply', { kind: 'cut-reply', afterBytes: 0 }],
] as const) {
  test(`${what}: it may be done, and the next ask is understood again`, async () => {
    const proxy = await startProxy(stage.server.port)
    const node = stage.open({ url: `redis://127.0.0.1:${proxy.port}` })
    await node.attempt([ask('warm')])
    proxy.set(fault)
    const lost = ask('x')
    expect(await node.attempt([lost])).toMatchObject([{ outcome: 'unknown', maybeDone: true }])
    expect(await stage.raw.exists('lk:{x}')).toBe(1)
    await expect.poll(() => node.release([holdOf(lost)])).toMatchObject([{ outcome: 'granted' }])
    expect(await node.attempt([ask('x')])).toMatchObject([{ outcome: 'granted' }])
    await node.close()
    await proxy.close()
  })
}

test('a name may hold anything: spaces, braces, line ends, letters of any script', async () => {
  const node = stage.open()
  for (const name of ['a b', '}{', 'x}:queue', 'lk:{x}', 'two\nlines', 'ключ/键/🔑', '*', '%s']) {
    const [held, waits] = [ask(name), ask(name, { heartbeatMs: 5_000 })]
    await node.attempt([held, waits])
    expect(await stage.raw.exists(`lk:{${name}}`)).toBe(1)
    expect(await node.release([holdOf(held)])).toMatchObject([{ handed: { name } }])
    expect(await node.read([name])).toMatchObject([{ name, held: true, holders: 1 }])
    await node.release([holdOf(waits)])
  }
  expect(await stage.raw.keys('lk:{*')).toEqual([])
})
