import { createServer as createHttp } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { Etcd3 } from 'etcd3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startEtcd } from '../../rig/etcd-cluster.ts'
import { startRedis } from '../../rig/redis-server.ts'
import { createEtcdNode } from './driver.ts'
import { ask, held, pause, stageOf, waiting } from './testing/stage.ts'

/** A node on other endpoints than those of a stage, for one use. */
async function on<T>(endpoint: string, use: (node: ReturnType<typeof createEtcdNode>) => Promise<T>) {
  const node = createEtcdNode({ id: 'e', endpoints: [endpoint] })
  try {
    return await use(node)
  } finally {
    await node.close()
  }
}

describe('a server that is none of ours', () => {
  const silent = createServer()
  const talking = createServer((socket) => socket.on('error', () => {}).write('SSH-2.0-other\r\n'))
  const web = createHttp((_, response) => response.writeHead(404).end('not here'))
  const servers: Server[] = [silent, talking, web]
  const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let redis: Awaited<ReturnType<typeof startRedis>>

  beforeAll(async () => {
    redis = await startRedis()
    await Promise.all(
      servers.map((server) => new Promise<void>((done) => server.listen(0, '127.0.0.1', done))),
    )
  })
  afterAll(async () => {
    await redis.close()
    for (const server of servers) server.close()
  })

  const first = (endpoint: string) =>
    on(endpoint, async (node) => (await node.attempt([ask('nowhere', { withinMs: 500 })]))[0])

  test.each([
    ['a web server', () => urlOf(web)],
    ['something that speaks first', () => urlOf(talking)],
    ['Redis', () => redis.url.replace('redis:', 'http:')],
  ])('as %s: it is said to be no etcd', async (_, url) => {
    expect(await first(url())).toMatchObject({
      outcome: 'unknown',
      maybeDone: false,
      hint: expect.stringContaining('not an etcd client port'),
    })
  })

  test('that accepts and says nothing is no refusal, and nothing was done', async () => {
    expect(await first(urlOf(silent))).toMatchObject({ outcome: 'unknown', maybeDone: false })
  })

  test.each(['http://127.0.0.1:1', 'http://nowhere.invalid:2379'])('that is not there (%s)', async (url) => {
    expect(await first(url)).toMatchObject({
      outcome: 'unknown',
      maybeDone: false,
      hint: expect.stringContaining('Nobody listens there'),
    })
  })
})

describe('a cluster that asks who we are', () => {
  const password = 'of-the-test'
  let endpoint = ''
  let close = async () => {}
  const as = (user: string, secret: string) => endpoint.replace('http://', `http://${user}:${secret}@`)

  beforeAll(async () => {
    const cluster = await startEtcd(['a'])
    close = () => cluster.close()
    ;[endpoint = ''] = cluster.endpoints
    const raw = new Etcd3({ hosts: endpoint })
    for (const [name, prefix] of [
      ['root', null],
      ['locks', 'lockkeeper'],
      ['other', 'elsewhere/'],
    ] as const) {
      const [role, user] = [raw.role(name), raw.user(name)]
      await role.create()
      if (prefix) await role.grant({ permission: 'Readwrite', range: raw.range({ prefix }) })
      await user.create(password)
      await user.addRole(name)
    }
    await raw.auth.authEnable()
    raw.close()
  }, 60_000)
  afterAll(() => close())

  test('is told by the URL, and the rights that are named are enough for everything', async () => {
    await on(as('locks', password), async (node) => {
      const [holder, waiter] = [ask('mine'), waiting('mine')]
      expect(await node.attempt([holder, waiter])).toMatchObject([{ outcome: 'granted' }, { why: 'held' }])
      const order = { act: 'ask', name: 'mine', token: null, by: 'ops', message: '' } as const
      expect(await node.order([order])).toMatchObject([{ outcome: 'granted' }])
      expect(await node.renew([held(holder)])).toMatchObject([{ outcome: 'granted', notice: { by: 'ops' } }])
      expect(await node.read(['mine'])).toMatchObject([{ held: true, waiters: 1 }])
      const stop = await node.listen('p1', () => {})
      await stop()
      expect(await node.release([held(holder)])).toMatchObject([{ outcome: 'granted' }])
    })
  })

  test.each([
    ['nobody', () => endpoint, 'check the user and the password'],
    ['somebody with a wrong password', () => as('locks', 'wrong'), 'check the user and the password'],
    ['somebody without the rights', () => as('other', password), 'needs readwrite'],
  ])('refuses %s, without a trace and without telling the password', async (_, url, hint) => {
    const [answer] = await on(url(), (node) => node.attempt([ask('denied')]))
    expect(answer).toMatchObject({
      outcome: 'unknown',
      maybeDone: false,
      hint: expect.stringContaining(hint),
    })
    expect(JSON.stringify(answer)).not.toMatch(/wrong|of-the-test/)
  })
})

describe('a cluster without space', () => {
  const quota = 16 * 1024 * 1024
  const stage = stageOf(['a'], ['--quota-backend-bytes', String(quota)])

  test('takes no new lock and says why; what is held is renewed and given back', async () => {
    const node = stage.open()
    const kept = ask('kept')
    expect(await node.attempt([kept])).toMatchObject([{ outcome: 'granted' }])
    const bulk = 'x'.repeat(1024 * 1024)
    // Of its own: this client stops asking after failures.
    const other = new Etcd3({ hosts: stage.cluster.endpoints })
    const fill = async () => {
      for (let at = 0; ; at++) await other.put(`bulk/${at}`).value(bulk)
    }
    await expect(fill()).rejects.toThrow(/space exceeded/)
    other.close()
    const refused = { outcome: 'unknown', maybeDone: false, hint: expect.stringContaining('NOSPACE') }
    expect(await node.attempt([ask('new'), waiting('new'), ask('other', { ttlMs: 9_000 })])).toMatchObject([
      ...[refused, refused, refused],
    ])
    expect(await node.order([{ act: 'hold-back', name: 'new', forMs: 1_000 }])).toMatchObject([refused])
    expect(await node.renew([held(kept)])).toMatchObject([{ outcome: 'granted' }])
    expect(await node.release([held(kept)])).toMatchObject([{ outcome: 'granted' }])
    expect(await stage.everything()).toEqual([])
  })
})

describe('a cluster that is not asked by anybody else', () => {
  const stage = stageOf(['a'])

  test('forgets what a process held that is gone, when its leases end', async () => {
    const node = stage.open()
    const [kept, queued] = [ask('gone', { ttlMs: 2_000 }), waiting('gone', { ttlMs: 2_000 })]
    await node.attempt([kept, queued])
    await node.order([{ act: 'ask', name: 'gone', token: kept.token, by: '', message: '' }])
    while ((await stage.everything()).length > 0) await pause(100)
  })
})
