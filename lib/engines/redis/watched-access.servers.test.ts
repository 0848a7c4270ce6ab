import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { askRedis } from '../../rig/ask-redis.ts'
import { type Authority, createAuthority } from '../../rig/certificates.ts'
import { freePort } from '../../rig/ports.ts'
import { startCluster } from '../../rig/redis-cluster.ts'
import { startSecuredSentinel } from '../../rig/redis-sentinels.ts'
import { type RedisServer, startRedis } from '../../rig/redis-server.ts'
import { toKeyId } from '../key-id.ts'
import { openBackend } from '../registry.ts'
import type { OpenBackend } from '../roles.ts'
import { backendSpecSchema } from '../spec.ts'

let authority: Authority
let server: RedisServer
let redis: Redis
let secured: string
const opened: OpenBackend[] = []

beforeAll(async () => {
  authority = await createAuthority()
  const { cert, key } = await authority.issue('localhost')
  const port = await freePort()
  server = await startRedis([
    ...['--tls-port', String(port), '--tls-cert-file', cert, '--tls-key-file', key],
    ...['--tls-ca-cert-file', authority.cert, '--tls-auth-clients', 'no'],
  ])
  secured = `rediss://localhost:${port}`
  redis = new Redis(server.url)
  await redis.call('ACL', 'SETUSER', 'eye', 'on', '>see', '~*', '+@read', '+@scripting', '+ping', '+role')
  await redis.call('ACL', 'SETUSER', 'hand', 'on', '>act', '~*', '+@all')
  await redis.call('ACL', 'SETUSER', 'default', 'resetkeys', '-@all', '+ping', '+set', '+get', '~*')
})
afterEach(async () => {
  for (const backend of opened.splice(0)) await backend.close()
})
afterAll(async () => {
  redis.disconnect()
  await server.close()
  await authority.remove()
})

const TOKEN = 'e8e6e2f04334c1631ea89198c9162795'
const key = toKeyId(Buffer.from('lock:a'))

async function open(spec: object): Promise<OpenBackend> {
  const parsed = backendSpecSchema.parse({ id: 'jobs', kind: 'redis', ...spec })
  const backend = await openBackend(parsed, { digest: (token) => Buffer.from(token).toString('hex') })
  opened.push(backend)
  return backend
}

const USERS = { read: { username: 'eye', password: 'see' }, write: { username: 'hand', password: 'act' } }

test('over TLS with an authority of its own, one user reads and another acts', async () => {
  await redis.set('lock:a', TOKEN, 'PX', 60_000)
  const { observers, operators } = await open({ url: secured, tls: { ca: authority.cert }, ...USERS })
  const found = await observers[0]?.reread([key])
  const digest = found?.get(key)?.holders[0]?.tokenDigest ?? ''
  expect(digest).toBe(Buffer.from(TOKEN).toString('hex'))
  expect(await operators[0]?.release(key, 'redlock', digest)).toMatchObject({ outcome: 'freed' })
  expect(await redis.get('lock:a')).toBeNull()
})

test('who is behind Sentinels, or in a cluster, is reached over TLS by whoever has a certificate', async () => {
  const files = { ca: authority.cert, ...(await authority.issue('console')) }
  const [{ name, sentinel, primary, ...sentinels }, cluster] = await Promise.all([
    startSecuredSentinel(files),
    startCluster({ files }),
  ])
  const secured = ({ tlsPort }: { tlsPort: number }) => `rediss://127.0.0.1:${tlsPort}`
  const owner = await cluster.ownerOf('lock:a')
  for (const [way, { port }] of [
    [{ sentinel: { name, nodes: [secured(sentinel)] } }, primary],
    [{ cluster: cluster.primaries.slice(0, 1).map(secured) }, owner],
  ] as const) {
    await askRedis(port, ['SET', 'lock:a', TOKEN, 'PX', '60000'])
    const backend = await open({ ...way, tls: files })
    const found = await backend.observers[0]?.reread([key])
    expect(found?.get(key)?.holders).toHaveLength(1)
    for (const probe of backend.probes) expect(await probe.facts()).toMatchObject({ role: 'primary' })
    const stranger = await open({ ...way, tls: { ca: files.ca } })
    await expect(stranger.observers[0]?.reread([key])).rejects.toThrow()
  }
  for (const backend of opened.splice(0)) await backend.close()
  await Promise.all([sentinels.close(), cluster.close()])
})

test('who may only read can not act', async () => {
  await redis.set('lock:a', TOKEN, 'PX', 60_000)
  const { operators } = await open({ url: server.url, ...USERS.read })
  const outcome = await operators[0]?.release(key, 'redlock', Buffer.from(TOKEN).toString('hex'))
  expect(outcome?.outcome).not.toBe('freed')
  expect(await redis.get('lock:a')).toBe(TOKEN)
})

/** Of any error that nobody listens to the test run itself says so. */
test('connections over TLS that are closed in the middle of their greeting disturb nobody', async () => {
  for (let turn = 0; turn < 60; turn += 1) {
    const { observers } = await open({ url: secured, ...(turn % 2 ? { tls: {} } : {}) })
    observers[0]?.reread([key]).catch(() => {})
    await sleep(turn / 5)
    for (const backend of opened.splice(0)) await backend.close()
  }
  await sleep(200)
})

test('a server of another kind is said to be one', async () => {
  const web = createServer(
    (socket) => void socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'),
  )
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
  const { port } = web.address() as AddressInfo
  const { observers } = await open({ url: `redis://127.0.0.1:${port}` })
  await expect(observers[0]?.reread([key])).rejects.toThrow(/Nobody there speaks the language of Redis/)
  web.close()
})

test.each([
  ['another authority', () => ({ url: secured, tls: {}, ...USERS }), /certificate.*TLS/i],
  ['a wrong password', () => ({ url: server.url, username: 'eye', password: 'no' }), /WRONGPASS.*password/i],
  ['no rights', () => ({ url: server.url }), /NOPERM.*Allow the user/i],
  ['plain words to a port that wants TLS', () => ({ url: secured.replace('rediss', 'redis') }), /./],
])('%s is said in words, by whoever reads', async (_, spec, words) => {
  const { observers } = await open(spec())
  const reading = observers[0]?.reread([key]) ?? Promise.resolve()
  await expect(reading).rejects.toThrow(words)
  await expect(reading).rejects.not.toThrow(/see|act\b/)
})
