import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Etcd3 } from 'etcd3'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createLocks, type Hold, type Locks } from '../core/index.ts'
import { bootstrapRedisNode } from '../engines/redis/driver.ts'
import { type LockNodes, openBackend, openLockNodes } from '../engines/registry.ts'
import { type BackendSpec, backendSpecSchema } from '../engines/spec.ts'
import type { Lock } from '../fleet/lock.ts'
import { type EtcdCluster, startEtcd } from '../rig/etcd-cluster.ts'
import { type RedisServer, startRedis } from '../rig/redis-server.ts'
import { API_ROUTES } from '../server/openapi-routes.ts'
import { routesOver } from '../server/test-routes.ts'
import { createWatch } from '../watch/create-watch.ts'
import { createService, type Parts, type RunningService } from './compose.ts'
import type { Config } from './config.ts'
import { errorFacts } from './log.ts'
import type { Service } from './service.ts'

/*
 * A token is what proves a hold: whoever reads one can release what is not his. Here every dialect has holders and waiters
 * whose tokens are known, everything is done that a console can do, and nothing that leaves the service may have one in it.
 * (An etcd lease id is no token: it is all that its dialect tells about who somebody is, and is shown on purpose.)
 */

vi.mock('server-only', () => ({}))

let dir: string
let voters: RedisServer[]
let lone: RedisServer
let mute: RedisServer
let etcd: EtcdCluster
let opened: LockNodes[] = []
let libraries: Locks[] = []
let holds: Hold[] = []
let running: RunningService
const tokens = new Set<string>()
const FOREIGN = ['redlock', 'redis-semaphore', 'redisson', 'bullmq']
/** Everything that left the service. */
const told: string[] = []

const newToken = () => {
  const token = randomBytes(16).toString('hex')
  tokens.add(token)
  return token
}
const tell = (what: unknown) => void told.push(JSON.stringify(what) ?? '')
const specs = (): BackendSpec[] =>
  [
    { id: 'quorum', kind: 'redlock', nodes: voters.map(({ url }) => url), maxTtlMs: 60_000 },
    {
      ...{ id: 'lone', kind: 'redis', url: lone.url },
      patterns: [{ match: 'job:*', dialect: 'redlock' }],
    },
    { id: 'mute', kind: 'redis', url: mute.url, patterns: [{ match: 'job:*', dialect: 'redlock' }] },
    { id: 'cluster', kind: 'etcd', endpoints: etcd.endpoints, prefixes: ['locks/'] },
  ].map((spec) => backendSpecSchema.parse(spec))
const config = (): Config => ({
  ...{ file: null, listen: { host: '127.0.0.1', port: 3000, publicOrigin: null }, demo: false },
  store: join(dir, 'console.db'),
  backends: specs(),
})
const parts: Parts = {
  openBackend,
  createWatch,
  startDemo: () => Promise.reject(new Error('no demo in this test')),
  now: Date.now,
  log: (...line) => tell(line),
}

/** The service, with every answer, refusal and frame written down. */
const overheard = (service: Service): Service =>
  new Proxy(service, {
    get:
      (target, name: keyof Service) =>
      async (...args: never[]) => {
        try {
          const ask = target[name] as (...asked: never[]) => Promise<unknown>
          const answer = await ask(...args)
          tell(answer)
          return answer
        } catch (error) {
          tell([errorFacts(error), (error as { facts?: unknown }).facts, String(error)])
          throw error
        }
      },
  })

const find = (name: string, backend: string): Promise<Lock> =>
  vi.waitFor(
    async () => {
      const asked = { q: `"${name}" backend:${backend}`, sort: 'name', limit: 9, cursor: null, line: true }
      const { items } = await running.service.locks(asked)
      const lock = items.find((each) => each.name === name && each.state === 'held')
      if (!lock) throw new Error(`${name} is not seen on ${backend}`)
      return lock
    },
    { timeout: 15_000, interval: 100 },
  )
const release = async (name: string, backend: string, confirm = name) => {
  const service = overheard(running.service)
  const { id, seen } = await find(name, backend)
  const plan = await service.makePlan({ act: 'release', locks: [{ id, seen }] }, 'ana')
  await service.plan(plan.id)
  const key = randomBytes(8).toString('hex')
  return service.applyPlan(plan.id, { reason: 'it is stuck', confirm }, 'ana', key)
}

const clients = new Map<string, Redis>()
const on = ({ url }: RedisServer): Redis => {
  const known = clients.get(url)
  if (known) return known
  const client = new Redis(url)
  client.on('error', () => {})
  clients.set(url, client)
  return client
}
const plant = async (server: RedisServer, key: string, token: string) =>
  void (await on(server).set(key, token, 'PX', 60_000))
/** Locks of other libraries, as these write them. */
const plantForeign = async (server: RedisServer) => {
  const client = on(server)
  const uuid = () => {
    const token = randomUUID()
    tokens.add(token)
    return token
  }
  await client.set('mutex:foreign/mutex', uuid(), 'PX', 60_000)
  for (const member of [uuid(), uuid()]) await client.zadd('semaphore:foreign/pool', Date.now(), member)
  await client.pexpire('semaphore:foreign/pool', 60_000)
  const reader = `${uuid()}:41`
  tokens.add(reader)
  await client.multi().hset('foreign/redisson', reader, '1').pexpire('foreign/redisson', 60_000).exec()
  await client.zadd('redisson_lock_timeout:{foreign/redisson}', Date.now() + 60_000, `${uuid()}:7`)
  await client.hset('bull:mail:7', { data: '{}', opts: '{}', timestamp: '1', name: 'send', processedOn: '2' })
  await client.hset('bull:mail:meta', 'opts.maxLenEvents', '10000')
  await client.set('bull:mail:7:lock', `${uuid()}:3`, 'PX', 60_000)
}
/** Holds and waiters of our library on each kind of store: some end by themselves, share, or are told something. */
const takeByLibrary = async (spec: BackendSpec) => {
  const nodes = openLockNodes(spec)
  opened.push(nodes)
  const open = (service: string) => {
    const locks = createLocks({ backend: nodes.backend, owner: { service } })
    libraries.push(locks)
    return locks
  }
  const [first, second] = [open('billing'), open('mail')]
  for (const name of ['orders/1', 'orders/2'])
    holds.push(await first.acquire(name, { ttlMs: 30_000, waitMs: 10_000 }))
  for (const name of ['orders/1', 'orders/2'])
    second.acquire(name, { ttlMs: 30_000, waitMs: 60_000 }).then(
      (hold) => holds.push(hold),
      () => {},
    )
  await first.acquire('orders/short', { ttlMs: 2_000, autoRenew: false })
  for (const locks of [first, second])
    holds.push(await locks.acquire('pool/1', { ttlMs: 30_000, waitMs: 10_000, permits: 2 }))
  await first.ask('pool/1', { message: 'let go' })
  await first.freeze('orders/frozen', { forMs: 60_000, message: 'migration' })
}
/** What our library wrote: the only way to know its tokens. */
const collectTokens = async (etcdClient: Etcd3) => {
  for (const server of [...voters, lone]) {
    for (const key of await on(server).keys('lk:{*')) {
      const type = await on(server).type(key)
      if (type === 'string') tokens.add((await on(server).get(key))?.slice(0, 32) ?? '')
      if (type === 'zset') for (const ticket of await on(server).zrange(key, '0', '-1')) tokens.add(ticket)
      // Beside them stand words: of a gate, and how many permits there are.
      const fields = type === 'hash' ? await on(server).hkeys(key) : []
      for (const ticket of fields) if (ticket.length === 32) tokens.add(ticket)
    }
  }
  for (const key of await etcdClient.getAll().prefix('lockkeeper/').keys()) tokens.add(key.slice(-32))
  tokens.delete('')
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'lockkeeper-tokens-'))
  voters = await Promise.all([startRedis(), startRedis(), startRedis()])
  for (const server of voters) await bootstrapRedisNode(on(server))
  lone = await startRedis()
  // As on services that are managed by others: the refusal repeats the command with what came with it.
  mute = await startRedis(['--rename-command', 'EVAL', '', '--rename-command', 'EVALSHA', ''])
  etcd = await startEtcd(['a'])
  running = await createService(config(), parts)
}, 60_000)

afterAll(async () => {
  await running.close()
  await Promise.allSettled(libraries.map((locks) => locks.close()))
  await Promise.allSettled(opened.map((nodes) => nodes.close()))
  for (const client of clients.values()) client.disconnect()
  await Promise.all([...voters, lone, mute].map((server) => server.close()))
  await etcd.close()
  rmSync(dir, { recursive: true })
  opened = []
  libraries = []
  holds = []
}, 60_000)

const askEverything = async (service: Service) => {
  const all = { q: '', sort: 'trouble', limit: 100, cursor: null, line: true }
  for (const q of ['', 'confidence:candidate']) {
    for (const lock of (await service.locks({ ...all, q })).items) {
      await service.lock(lock.id).catch(() => {})
      await service.timeline(lock.id, null, null)
    }
  }
  await Promise.all([service.overview(), service.nodes()])
  await service.audit({ lock: null, limit: 500, cursor: null })
}

/** As a page or a scraper asks: every address that only reads, and what it answers with its headers. */
const askOverHttp = async (id: string) => {
  const ask = await routesOver(running.service)
  const paths = API_ROUTES.filter(({ method, path }) => method === 'get' && path !== '/events').map(
    ({ path }) => `/api/v1${path.replace('{id}', id)}`,
  )
  const csv = ['/api/v1/export?format=csv', '/api/v1/export?q=confidence:certain,likely,candidate']
  const refused = ['/api/v1/locks?q=colour:red', '/api/v1/locks/nope']
  for (const path of [...paths, ...csv, ...refused, '/metrics', '/readyz', '/healthz']) {
    const response = await ask(path)
    told.push(JSON.stringify([...response.headers]), await response.text())
  }
  const stream = (await ask('/api/v1/events?q=&overview=1&nodes=1&line=1')).body?.getReader()
  for (let frame = 0; frame < 3; frame += 1)
    told.push(Buffer.from((await stream?.read())?.value ?? []).toString())
  await stream?.cancel()
}

it('lets no token out, whatever it is asked and whatever goes wrong', async () => {
  const service = overheard(running.service)
  await service.subscribe({ q: '', overview: true, nodes: true, line: true }, (frame) => tell(frame))
  const client = new Etcd3({ hosts: etcd.endpoints })
  try {
    const [quorum, alone, , cluster] = specs()
    for (const spec of [quorum, alone, cluster]) if (spec) await takeByLibrary(spec)
    const leases = await Promise.all([client.lease(60).grant(), client.lease(60).grant()])
    for (const lease of leases) {
      const key = `locks/deploy/${BigInt(lease).toString(16)}`
      await client.put(key).value('').lease(lease)
      const [at] = (await client.get(key).exec()).kvs
      // What stands for a token there: the whole key, with the revision that tells one hold from the next.
      tokens.add(`${key}@${at?.create_revision}`)
    }
    const takeAll = async (token: string) => {
      for (const server of voters) await plant(server, 'resource:1', token)
    }
    await takeAll(newToken())
    for (const server of [lone, mute]) await plant(server, 'job:2', newToken())
    await plantForeign(lone)
    const pick = async () => collectTokens(client)
    await pick()

    for (const [name, backend] of [
      ['orders/1', 'quorum'],
      ['orders/1', 'lone'],
      ['orders/1', 'cluster'],
      ['resource:1', 'quorum'],
      ['job:2', 'lone'],
    ] as const) {
      await expect(release(name, backend, 'another name')).rejects.toMatchObject({ code: 'name_mismatch' })
      await pick()
      expect(await release(name, backend)).toMatchObject({ result: 'freed' })
      await pick()
    }
    await expect(release('locks/deploy', 'cluster')).rejects.toMatchObject({ code: 'unsupported' })
    expect(await release('job:2', 'mute')).toMatchObject({ result: 'nothing' })

    // Somebody else has it by the time it is applied; then the votes are split, and one is missing.
    await takeAll(newToken())
    const { id, seen } = await find('resource:1', 'quorum')
    const plan = await service.makePlan({ act: 'release', locks: [{ id, seen }] }, 'ana')
    await takeAll(newToken())
    const request = { reason: 'it is stuck', confirm: 'resource:1' }
    await expect(service.applyPlan(plan.id, request, 'ana', 'key-00001')).rejects.toMatchObject({
      code: 'changed',
    })
    for (const server of voters) await plant(server, 'resource:1', newToken())
    await voters[0]?.process.kill()
    await service.lock(id)
    await voters[0]?.restart()

    await askEverything(service)
    // A new start reads everything from the beginning, and has the store of the one before.
    await running.close()
    running = await createService(config(), parts)
    await find('job:2', 'mute')
    await find('orders/2', 'cluster')
    await vi.waitFor(
      async () => {
        const known = await running.service.locks({
          ...{ q: '', sort: 'name', limit: 100, cursor: null },
          line: false,
        })
        const dialects = new Set(known.items.map(({ dialect }) => dialect))
        for (const dialect of FOREIGN) expect([...dialects]).toContain(dialect)
      },
      { timeout: 25_000, interval: 200 },
    )
    await askEverything(overheard(running.service))
    await askOverHttp(id)
    await pick()
  } finally {
    client.close()
  }
  for (const name of readdirSync(dir)) told.push(readFileSync(join(dir, name)).toString('latin1'))
  await running.close()
  told.push(readFileSync(join(dir, 'console.db')).toString('latin1'))

  expect(tokens.size).toBeGreaterThan(15)
  const leaks = [...tokens].filter((token) => told.some((text) => carries(text, token)))
  expect(leaks.map((token) => excerpt(token))).toEqual([])
  // It was there to be found: each backend's locks went by, with the digests that stand for tokens.
  for (const sign of [
    'orders/1',
    'pool/1',
    'migration',
    'resource:1',
    'job:2',
    'locks/deploy',
    'tokenDigest',
    'name_mismatch',
    'changed',
    ...FOREIGN,
    'lockkeeper_locks{',
    'attachment; filename=',
  ])
    expect([sign, told.some((text) => text.includes(sign))]).toEqual([sign, true])
}, 90_000)

it('finds a token also where it hides, as in the ids of locks', () => {
  const id = Buffer.from('infra\0\0klockkeeper/orders/secret-token').toString('base64url')
  expect(carries(JSON.stringify({ id }), 'secret-token')).toBe(true)
  expect(carries(JSON.stringify({ id }), 'another-token')).toBe(false)
  expect(carries(JSON.stringify([Buffer.from('a secret-token')]), 'secret-token')).toBe(true)
  expect(carries(JSON.stringify({ id: Buffer.from('secret-token').toString('hex') }), 'secret-token')).toBe(
    true,
  )
})

/** As it is, in hex, as numbers, or within a text that is base64 as a whole. */
function carries(text: string, token: string): boolean {
  const bytes = Buffer.from(token)
  const forms = [token, bytes.toString('hex'), bytes.join(',')]
  return forms.some((form) => text.includes(form)) || decoded(text).includes(token)
}

const known = new Map<string, string>()
function decoded(text: string): string {
  const before = known.get(text)
  if (before !== undefined) return before
  const words = text.match(/[A-Za-z0-9+/_-]{16,}/g) ?? []
  const plain = words.map((word) => Buffer.from(word, 'base64').toString('latin1')).join('\n')
  known.set(text, plain)
  return plain
}

const excerpt = (token: string): string => {
  const text = told.find((each) => carries(each, token)) ?? ''
  const at = text.indexOf(token)
  return `${token} in ${at < 0 ? text.slice(0, 200) : text.slice(Math.max(0, at - 100), at + 60)}`
}
