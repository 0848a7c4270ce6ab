import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createLocks, type Hold, LockError } from '../core/index.ts'
import { openLockNodes } from '../engines/registry.ts'
import { askRedis } from '../rig/ask-redis.ts'
import { type Authority, createAuthority } from '../rig/certificates.ts'
import { freePort } from '../rig/ports.ts'
import { type RedisServer, startRedis } from '../rig/redis-server.ts'
import type { Worker } from './crew.ts'
import { redisAt } from './fleets.ts'
import { createScene, granted, type Scene } from './scene.ts'

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

function locksAt(url: string) {
  const nodes = openLockNodes(redisAt({ url }))
  const locks = createLocks({ ...nodes, owner: { service: 'test' }, nodeTimeoutMs: 1_000 })
  open.push(async () => {
    await locks.close()
    await nodes.close()
  })
  return locks
}

const outcomeOf = (asking: Promise<Hold>): Promise<Hold | LockError> =>
  asking.catch((error) => {
    if (error instanceof LockError) return error
    throw error
  })

describe('F29: servers that allow less', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis(['--rename-command', 'CONFIG', ''])
  })
  afterAll(() => server.close())

  const asUser = async (name: string, ...rights: string[]): Promise<string> => {
    await askRedis(server.port, ['ACL', 'SETUSER', name, 'on', '>secret', '~*', '&*', '+@all', ...rights])
    return `redis://${name}:secret@127.0.0.1:${server.port}`
  }

  it.each([
    ['no INFO', ['-info']],
    ['no CONFIG, INFO or KEYS', ['-config', '-info', '-keys']],
    ['nothing dangerous', ['-@dangerous', '-@admin']],
    ['no PUBLISH and no SUBSCRIBE', ['-@pubsub']],
    ['no WAIT', ['-wait']],
  ])('a lock works for a user with %s', async (profile, rights) => {
    const locks = locksAt(await asUser('limited', ...rights))
    const hold = await locks.acquire(`limited/${profile}`, { ttlMs: 5_000 })
    expect(await hold.renew()).toBe(true)
    await hold.release()
    expect(await askRedis(server.port, ['EXISTS', `lk:{limited/${profile}}`])).toBe(0)
  })

  it.each([
    ['no scripts', ['-@scripting']],
    ['neither EVAL nor EVALSHA', ['-eval', '-evalsha']],
  ])('a lock is unsupported for a user with %s, and the error says what to allow', async (_, rights) => {
    const locks = locksAt(await asUser('unscripted', ...rights))
    const answer = await outcomeOf(locks.acquire('unscripted', { ttlMs: 5_000 }))
    expect(answer).toMatchObject({ code: 'unsupported', hint: expect.stringMatching(/eval|script/i) })
    expect(await askRedis(server.port, ['EXISTS', 'lk:{unscripted}'])).toBe(0)
  })

  it.each([
    ['no rights to its keys', ['resetkeys', '~other:*']],
    ['no right to write', ['-@write']],
  ])('a lock is not granted to a user with %s', async (_, rights) => {
    const locks = locksAt(await asUser('stranger', ...rights))
    const answer = await outcomeOf(locks.acquire('stranger', { ttlMs: 5_000 }))
    expect(answer).toBeInstanceOf(LockError)
    expect(answer).toMatchObject({ code: expect.stringMatching(/^(backend_unavailable|unsupported)$/) })
    expect(await askRedis(server.port, ['EXISTS', 'lk:{stranger}'])).toBe(0)
  })
})

describe('F30: connections that are not private', () => {
  let authority: Authority
  let scene: Scene
  const servers: RedisServer[] = []
  beforeAll(async () => {
    authority = await createAuthority()
    scene = await createScene()
  })
  afterAll(async () => {
    await scene.close()
    await Promise.all(servers.map((server) => server.close()))
    await authority.remove()
  })

  const startPrivate = async (
    name: string,
    issued: { address?: string; expired?: boolean },
    args: string[] = [],
  ) => {
    const { cert, key } = await authority.issue(name, issued)
    const port = await freePort()
    const files = ['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', authority.cert]
    const server = await startRedis([
      '--tls-port',
      String(port),
      ...files,
      '--tls-auth-clients',
      'no',
      ...args,
    ])
    servers.push(server)
    return { port, plainPort: server.port }
  }
  const ask = async (url: string, trusted?: string) => {
    const worker: Worker = await scene.worker(redisAt({ url }), { nodeTimeoutMs: 1_000 }, trusted)
    return worker.ask({ act: 'acquire', key: 'private', options: { ttlMs: 5_000 } })
  }

  it('works with a certificate that is trusted', async () => {
    const { port } = await startPrivate('good', {})
    granted(await ask(`rediss://127.0.0.1:${port}`, authority.cert))
  })

  it.each([
    { says: 'that nobody trusts', issued: {}, args: [], isTrusted: false, names: /certificate/i },
    { says: 'that has expired', issued: { expired: true }, args: [], isTrusted: true, names: /expired/i },
    {
      says: 'for another host',
      issued: { address: '10.9.8.7' },
      args: [],
      isTrusted: true,
      names: /altnames|hostname|10\.9\.8\.7/i,
    },
    {
      ...{ says: 'and TLS 1.1 only', issued: {}, isTrusted: true, names: /protocol|version|tls|ssl/i },
      args: ['--tls-protocols', 'TLSv1.1', '--tls-ciphers', 'DEFAULT@SECLEVEL=0'],
    },
    {
      ...{
        says: 'that wants one of ours',
        issued: {},
        isTrusted: true,
        names: /certificate|tls|ssl|closed|cut/i,
      },
      args: ['--tls-auth-clients', 'yes'],
    },
  ])(
    'is refused with a certificate $says, in words and without a plain attempt',
    async ({ says, issued, args, isTrusted, names }) => {
      const { port, plainPort } = await startPrivate(says.replaceAll(' ', '-'), issued, args)
      const answer = await ask(`rediss://127.0.0.1:${port}`, isTrusted ? authority.cert : undefined)
      expect(answer).toMatchObject({ code: 'backend_unavailable', message: expect.stringMatching(names) })
      expect(await askRedis(plainPort, ['EXISTS', 'lk:{private}'])).toBe(0)
    },
  )

  it('does not speak in plain to a port that is not private', async () => {
    const server = await startRedis()
    servers.push(server)
    expect(await ask(`rediss://127.0.0.1:${server.port}`)).toMatchObject({ code: 'backend_unavailable' })
    expect(await askRedis(server.port, ['EXISTS', 'lk:{private}'])).toBe(0)
  })

  it('says that a private port was spoken to in plain', async () => {
    const { port } = await startPrivate('plain', {})
    expect(await ask(`redis://127.0.0.1:${port}`)).toMatchObject({ code: 'backend_unavailable' })
  })
})
