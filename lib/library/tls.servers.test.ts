import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Authority, type CertificateFiles, createAuthority } from '../rig/certificates.ts'
import { startEtcd } from '../rig/etcd-cluster.ts'
import { startCluster } from '../rig/redis-cluster.ts'
import { startSecuredSentinel } from '../rig/redis-sentinels.ts'
import { type RedisServer, startRedis } from '../rig/redis-server.ts'
import { type BackendInput, bootstrap, type Locks, openLocks } from './index.ts'

let authority: Authority
let files: CertificateFiles
const ends: (() => Promise<void>)[] = []

beforeAll(async () => {
  authority = await createAuthority()
  files = { ca: authority.cert, ...(await authority.issue('everybody')) }
})
afterAll(async () => {
  await Promise.all(ends.map((end) => end()))
  await authority.remove()
})

const secured = ({ tlsPort }: { tlsPort: number }) => `rediss://127.0.0.1:${tlsPort}`

async function redis(): Promise<RedisServer> {
  const server = await startRedis([], files)
  ends.push(() => server.close())
  return server
}

/** Every server wants a certificate of its clients, signed by an authority that nobody else knows. */
const kinds: [string, () => Promise<BackendInput>][] = [
  ['one Redis', async () => ({ kind: 'redis', url: secured(await redis()) })],
  [
    'a quorum',
    async () => ({ kind: 'redlock', nodes: (await Promise.all([redis(), redis(), redis()])).map(secured) }),
  ],
  [
    'a primary behind Sentinels',
    async () => {
      const { name, sentinel, close } = await startSecuredSentinel(files)
      ends.push(close)
      return { kind: 'redis', sentinel: { name, nodes: [secured(sentinel)] } }
    },
  ],
  [
    'a Redis Cluster',
    async () => {
      const { primaries, close } = await startCluster({ files })
      ends.push(close)
      return { kind: 'redis', cluster: primaries.slice(0, 1).map(secured) }
    },
  ],
  [
    'etcd',
    async () => {
      const { endpoints, close } = await startEtcd(['a'], [], files)
      ends.push(close)
      return { kind: 'etcd', endpoints }
    },
  ],
]

async function withLocks<T>(backend: BackendInput, use: (locks: Locks) => Promise<T>): Promise<T> {
  const locks = openLocks({ backend, owner: { service: 'tls' } })
  try {
    return await use(locks)
  } finally {
    await locks.close()
  }
}

describe.each(kinds)('%s over TLS', (_, start) => {
  let backend: BackendInput
  beforeAll(async () => {
    backend = await start()
    if (backend.kind === 'redlock') await bootstrap({ ...backend, tls: files })
  }, 60_000)

  const LONG = { ttlMs: 20_000, waitMs: 10_000 }

  test('locks are taken, waited for, renewed and released, with names of files and with texts', async () => {
    const [ca, cert, key] = await Promise.all(
      [files.ca, files.cert, files.key].map((file) => readFile(file, 'utf8')),
    )
    const texts = { ca, cert, key } as CertificateFiles
    await withLocks({ ...backend, tls: files } as BackendInput, (first) =>
      withLocks({ ...backend, tls: texts } as BackendInput, async (second) => {
        for (const name of ['a', 'b', 'c', 'd']) {
          const hold = await first.acquire(name, LONG)
          const waiting = second.acquire(name, LONG)
          expect(await hold.renew()).toBe(true)
          await hold.release()
          const next = await waiting
          expect(Number(next.fence)).toBeGreaterThan(Number(hold.fence))
          await next.release()
        }
      }),
    )
  })

  test.each([
    ['without a certificate', () => ({ ca: files.ca })],
    ['where the authority is not known', () => ({ cert: files.cert, key: files.key })],
    ['where the certificate is for another name', () => ({ ...files, servername: 'elsewhere.test' })],
  ])('nobody gets in %s', async (__, tls) => {
    await withLocks({ ...backend, tls: tls() } as BackendInput, async (locks) => {
      const failure = await locks.acquire('closed', { ttlMs: 5_000, waitMs: 0 }).catch((error) => error)
      expect(failure).toMatchObject({
        name: 'LockError',
        code: expect.stringMatching(/unavailable|no_quorum/),
      })
    })
  })
})

describe('what can not be used for TLS is said when locks are opened', () => {
  const opening = (tls: object) => () =>
    openLocks({
      backend: { kind: 'etcd', endpoints: ['https://127.0.0.1:1'], tls },
      owner: { service: 'tls' },
    })

  test.each([
    [
      'a file that is not there',
      () => ({ ca: '/nowhere/ca.pem' }),
      'tls.ca: the file can not be read: /nowhere/ca.pem (ENOENT)',
    ],
    ['a file of another kind', () => ({ ca: files.key }), /^tls\.ca: .* is no certificate in PEM/],
    ['a text of another kind', () => ({ ...files, key: 'se\ncret' }), 'tls.key: the text is no private key'],
    ['a certificate without its key', () => ({ cert: files.cert }), 'tls: cert and key belong together'],
    ['a field that nobody knows', () => ({ pem: 'x' }), /tls.*pem/],
  ])('%s', async (_, tls, says) => {
    expect(opening(tls())).toThrow(says)
    expect(opening(tls())).toThrow(expect.objectContaining({ name: 'LockError', code: 'invalid' }))
    expect(opening(tls())).not.toThrow(/secret/)
  })

  test("somebody else's key", async () => {
    const { key } = await authority.issue('another')
    expect(opening({ ...files, key })).toThrow('tls.key: it is not the key of the certificate in tls.cert')
  })
})

/** Of any error that nobody listens to the test run itself says so. */
test('Sentinels that are slow with their greeting over TLS, and then not trusted, disturb nobody', async () => {
  const { name, sentinel, close } = await startSecuredSentinel(files)
  ends.push(close)
  const behind = { kind: 'redis' as const, sentinel: { name, nodes: [secured(sentinel)] } }
  sentinel.process.freeze()
  const crowd = Array.from({ length: 4 }, () =>
    openLocks({ backend: { ...behind, tls: {} }, owner: { service: 'tls' } }),
  )
  // They are given up on after a second; then their greeting goes on without anybody.
  await sleep(1_200)
  sentinel.process.resume()
  await withLocks({ ...behind, tls: files }, (locks) =>
    locks.acquire('awake', { ttlMs: 5_000, waitMs: 10_000 }),
  )
  await Promise.all(crowd.map((locks) => locks.close()))
})
