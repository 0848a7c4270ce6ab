import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { afterEach, expect, it, vi } from 'vitest'
import { startProxy, type TcpProxy } from './tcp-proxy.ts'

const open: { close(): unknown }[] = []

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

/** A server that answers every chunk with the same bytes, and remembers them. */
async function startEcho() {
  const heard: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (chunk) => {
      heard.push(String(chunk))
      socket.write(chunk)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.push(server, { close: () => [...sockets].map((socket) => socket.destroy()) })
  const address = server.address()
  return { port: typeof address === 'object' ? (address?.port ?? 0) : 0, heard, sockets }
}

function talk(proxy: TcpProxy) {
  const socket = connect(proxy.port, '127.0.0.1')
  let said = ''
  let state = 'open'
  socket.on('data', (chunk) => {
    said += chunk
  })
  socket.on('error', () => {
    state = 'reset'
  })
  socket.on('close', () => {
    if (state === 'open') state = 'closed'
  })
  open.push({ close: () => socket.destroy() })
  return { socket, said: () => said, state: () => state }
}

async function setUp() {
  const echo = await startEcho()
  const proxy = await startProxy(echo.port)
  open.push(proxy)
  return { echo, proxy }
}

/** Long enough for what should not happen to have happened. */
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 60))

it('passes bytes both ways, and the end of a stream', async () => {
  const { echo, proxy } = await setUp()
  const client = talk(proxy)
  client.socket.write('one')
  await vi.waitFor(() => expect(client.said()).toBe('one'))
  client.socket.destroy()
  await vi.waitFor(() => expect(echo.sockets.size).toBe(0))
})

it('keeps the order of what it delays by chance', async () => {
  const echo = await startEcho()
  const fractions = [1, 0, 0.5, 0, 0, 0]
  const proxy = await startProxy(echo.port, { chance: () => fractions.shift() ?? 0 })
  open.push(proxy)
  const client = talk(proxy)
  proxy.set({ kind: 'delay', ms: 1, jitterMs: 40, direction: 'to-server' })
  for (const word of ['a', 'b', 'c']) {
    client.socket.write(word)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await vi.waitFor(() => expect(client.said()).toBe('abc'))
})

it('delivers everything that it stalled once the fault ends', async () => {
  const { echo, proxy } = await setUp()
  const client = talk(proxy)
  proxy.set({ kind: 'stall' })
  client.socket.write('late')
  await aWhile()
  expect(echo.heard).toEqual([])
  proxy.heal()
  await vi.waitFor(() => expect(client.said()).toBe('late'))
})

it('stalls one direction and lets the other pass', async () => {
  const { echo, proxy } = await setUp()
  const client = talk(proxy)
  proxy.set({ kind: 'stall', direction: 'to-client' })
  client.socket.write('asked')
  await vi.waitFor(() => expect(echo.heard).toEqual(['asked']))
  await aWhile()
  expect(client.said()).toBe('')
})

it('swallows without a word, and resets what lost bytes when the fault ends', async () => {
  const { echo, proxy } = await setUp()
  const [loser, other] = [talk(proxy), talk(proxy)]
  proxy.set({ kind: 'swallow', direction: 'to-client' })
  loser.socket.write('asked')
  await vi.waitFor(() => expect(echo.heard).toEqual(['asked']))
  await aWhile()
  expect([loser.said(), loser.state()]).toEqual(['', 'open'])
  proxy.heal()
  await vi.waitFor(() => expect(loser.state()).toBe('reset'))
  other.socket.write('fine')
  await vi.waitFor(() => expect(other.said()).toBe('fine'))
})

it('swallows from the named bytes on', async () => {
  const { echo, proxy } = await setUp()
  const client = talk(proxy)
  proxy.set({ kind: 'swallow', direction: 'to-server', from: 'SUB' })
  client.socket.write('hello')
  await vi.waitFor(() => expect(client.said()).toBe('hello'))
  client.socket.write('SUBSCRIBE')
  await aWhile()
  client.socket.write('hello?')
  await aWhile()
  expect(echo.heard).toEqual(['hello'])
})

it.each([
  [0, ''],
  [4, 'a wh'],
  [100, 'a whole answe'],
])('cuts the next reply after %i bytes, and no later one', async (afterBytes, arrives) => {
  const { echo, proxy } = await setUp()
  const client = talk(proxy)
  proxy.set({ kind: 'cut-reply', afterBytes })
  client.socket.write('a whole answer')
  await vi.waitFor(() => expect(client.state()).not.toBe('open'))
  expect(client.said()).toBe(arrives)
  expect(echo.heard).toEqual(['a whole answer'])
  const next = talk(proxy)
  next.socket.write('again')
  await vi.waitFor(() => expect(next.said()).toBe('again'))
})

it('replaces one reply by garbage', async () => {
  const { proxy } = await setUp()
  const client = talk(proxy)
  proxy.set({ kind: 'garble', bytes: 'HTTP/1.1' })
  client.socket.write('first')
  await vi.waitFor(() => expect(client.said()).toBe('HTTP/1.1'))
  client.socket.write('second')
  await vi.waitFor(() => expect(client.said()).toBe('HTTP/1.1second'))
})

it('refuses old and new connections until it is healed', async () => {
  const { echo, proxy } = await setUp()
  const client = talk(proxy)
  proxy.set({ kind: 'refuse' })
  await vi.waitFor(() => expect(client.state()).not.toBe('open'))
  const refused = talk(proxy)
  await vi.waitFor(() => expect(refused.state()).not.toBe('open'))
  proxy.heal()
  const welcome = talk(proxy)
  welcome.socket.write('hello')
  await vi.waitFor(() => expect(echo.heard).toEqual(['hello']))
})

it('closes with connections open', async () => {
  const { proxy } = await setUp()
  const client = talk(proxy)
  await proxy.close()
  await vi.waitFor(() => expect(client.state()).not.toBe('open'))
})
