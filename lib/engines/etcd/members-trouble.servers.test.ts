import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { type AddressInfo, connect } from 'node:net'
import { createServer, type Server } from 'node:tls'
import { Etcd3, Range } from 'etcd3'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createAuthority } from '../../rig/certificates.ts'
import { type EtcdCluster, startEtcd } from '../../rig/etcd-cluster.ts'
import { freePort } from '../../rig/ports.ts'
import { startRedis } from '../../rig/redis-server.ts'
import type { Access } from '../access.ts'
import { probeEtcd } from './health.ts'
import { type Members, openMembers } from './members.ts'
import { MemberTrouble } from './members-trouble.ts'
import { observeEtcd } from './observe.ts'
import { swept } from './testing/observing.ts'

let cluster: EtcdCluster
let opened: Members | null = null

beforeAll(async () => {
  cluster = await startEtcd(['m1'], ['--auth-token-ttl', '1'])
}, 60_000)
afterEach(() => opened?.close())
afterAll(() => cluster.close())

const open = (url: string, access: Access = {}): Members => {
  opened = openMembers([{ name: 'm1', url }], access)
  return opened
}
const read = (members: Members) =>
  members.ask((client, options) => client.kv.range({ key: Buffer.from('/a') }, options))
const troubleWith = (url: string, access?: Access): Promise<string> => {
  const members = open(url, access)
  return read(members).then(
    () => 'none',
    async (error: Error) => {
      expect(error).toBeInstanceOf(MemberTrouble)
      return error.message
    },
  )
}

test('nobody listens', async () => {
  const url = `http://127.0.0.1:${await freePort()}`
  expect(await troubleWith(url)).toBe('m1: nobody listens there (connection refused)')
  const [member] = opened?.all ?? []
  if (member) await expect(probeEtcd(member).facts()).rejects.toThrow(/connection refused/)
})

test('the host is not known', async () => {
  expect(await troubleWith('http://nowhere.invalid:2379')).toBe('m1: its name is not known (DNS)')
})

test('it is another kind of server', async () => {
  const redis = await startRedis()
  expect(await troubleWith(`http://127.0.0.1:${redis.port}`)).toMatch(/no etcd|was cut|in time/)
  await redis.close()
})

test('the certificate is not trusted, or TLS is spoken on one side only', async () => {
  const authority = await createAuthority()
  const { cert, key } = await authority.issue('m1')
  const server = await inTls(await readFile(cert), await readFile(key), Number(new URL(endpoint()).port))
  const { port } = server.address() as AddressInfo
  const url = `https://127.0.0.1:${port}`
  expect(await troubleWith(url)).toMatch(/certificate is not trusted/)
  const ca = await readFile(authority.cert)
  expect(await troubleWith(url, { tls: { ca } })).toBe('none')
  const [member] = opened?.all ?? []
  if (member) expect((await probeEtcd(member).facts()).lacks).toEqual([])
  expect(await troubleWith(endpoint().replace('http:', 'https:'), { tls: { ca } })).toMatch(/http and https/)
  server.close()
  await authority.remove()
})

const endpoint = (): string => cluster.endpoints[0] ?? ''

/** The same member behind TLS. */
async function inTls(cert: Buffer, key: Buffer, port: number): Promise<Server> {
  const server = createServer({ cert, key, ALPNProtocols: ['h2', 'http/1.1'] }, (socket) => {
    const inner = connect(port, '127.0.0.1')
    socket.pipe(inner).pipe(socket)
    for (const end of [socket, inner]) end.on('error', () => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

test('user and password', async () => {
  const raw = new Etcd3({ hosts: endpoint() })
  await raw.user('root').create('secret')
  await raw.role('root').create()
  await raw.user('root').addRole('root')
  await raw.user('viewer').create('look')
  await raw.auth.authEnable()
  raw.close()
  const as = (user: string) => endpoint().replace('//', `//${user}@`)
  const refused = await troubleWith(endpoint())
  expect(refused).toBe('m1: it asks for a user and a password')
  expect(await troubleWith(as('root:wrong'))).toBe('m1: user or password is wrong')
  expect(await troubleWith(as('viewer:look'))).toBe('m1: the user may not read all prefixes that are watched')
  expect(await troubleWith(as('root:secret'))).toBe('none')
  expect(await troubleWith(endpoint(), { username: 'root', password: 'secret' })).toBe('none')
})

test('who we are is told again when the member has forgotten it, also before it is watched', async () => {
  const members = open(endpoint(), { username: 'root', password: 'secret' })
  const observer = observeEtcd({ voter: 'cluster', members, digest: String, prefixes: [] })
  const watch = () =>
    observer.watch(
      () => {},
      () => {},
    )
  const first = await watch()
  await first()
  // Tokens that nobody uses are forgotten after a second, looked for once a second.
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  const second = await watch()
  await second()
  await read(members)
})

test('who may read some prefixes sees those, and is told what is missing, until more may be read', async () => {
  const root = openMembers([{ name: 'm1', url: endpoint() }], { username: 'root', password: 'secret' })
  const [asRoot] = root.all
  const client = asRoot?.client
  await client?.role('half').create()
  await client?.role('half').grant({ permission: 'Read', range: Range.prefix('/locks/') })
  await client?.user('viewer').addRole('half')
  await client
    ?.put('/locks/report')
    .value('ADDED:2026-11-21T11:59:58.123Z@worker-3')
    .lease(await client.lease(60).grant())
  const members = open(endpoint(), { username: 'viewer', password: 'look' })
  const observer = observeEtcd({ voter: 'cluster', members, digest: String, prefixes: ['/locks/'] })
  const names = async () => [...(await swept(observer)).keys()]
  expect(await names()).toEqual(['/locks/report'])
  expect(observer.lacks?.()).toEqual([
    'reading what begins with lockkeeper-gate/',
    'reading what begins with lockkeeper/',
  ])
  let isLost = false
  const stop = await observer.watch(
    () => {},
    () => {
      isLost = true
    },
  )
  await client?.role('half').grant({ permission: 'Read', range: Range.prefix('lockkeeper') })
  await names()
  expect(observer.lacks?.()).toEqual([])
  expect(isLost).toBe(true)
  await stop()
  // What could be read before is not done without: its locks are not gone.
  await client?.role('half').revoke({ permission: 'Read', range: Range.prefix('/locks/') })
  await expect(names()).rejects.toThrow('the user may not read')
  root.close()
})
