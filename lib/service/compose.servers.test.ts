import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { lockKey } from '../engines/redis/layout.ts'
import { openBackend } from '../engines/registry.ts'
import { backendSpecSchema } from '../engines/spec.ts'
import type { Frame } from '../fleet/frame.ts'
import type { Lock } from '../fleet/lock.ts'
import { changedSchema } from '../fleet/plan.ts'
import { openSql } from '../history/database.ts'
import { type RedisServer, startRedis } from '../rig/redis-server.ts'
import { createWatch } from '../watch/create-watch.ts'
import { createService, type Parts, type RunningService } from './compose.ts'
import type { Config } from './config.ts'

const NAME = 'orders/42'
const TOKEN = 'a'.repeat(32)
const OTHER = 'b'.repeat(32)
const REQUEST = { reason: 'it is stuck', confirm: NAME }

let dir: string
let servers: RedisServer[]
let clients: Redis[]
let running: RunningService
let log: string[]

const config = (): Config => ({
  file: null,
  listen: { host: '127.0.0.1', port: 3000, publicOrigin: null },
  store: join(dir, 'console.db'),
  backends: [
    backendSpecSchema.parse({ id: 'payments', kind: 'redlock', nodes: servers.map(({ url }) => url) }),
  ],
  demo: false,
})
const parts: Parts = {
  openBackend,
  createWatch,
  startDemo: () => Promise.reject(new Error('no demo in this test')),
  now: Date.now,
  log: (_level, message, facts) => void log.push(`${message} ${JSON.stringify(facts)}`),
}

/** As the library writes it: token, space, record. */
const put = async (token: string, on: readonly Redis[] = clients) => {
  const record = JSON.stringify({
    fence: null,
    since: Date.now(),
    ttl: 60_000,
    owner: { service: token === TOKEN ? 'billing' : 'mail', host: 'h', pid: 1, process: token.slice(0, 8) },
  })
  await Promise.all(
    on.map((client) =>
      client
        .multi()
        .set(lockKey(NAME), `${token} ${record}`, 'PX', 60_000)
        .zadd('lk:index', Date.now() + 120_000, NAME)
        .exec(),
    ),
  )
}
const votes = () => Promise.all(clients.map((client) => client.getrange(lockKey(NAME), 0, 31)))
const start = async () => {
  running = await createService(config(), parts)
}
const untilHeld = async (label: string): Promise<Lock> => {
  const look = async () => {
    const { items } = await running.service.locks({
      q: NAME,
      sort: 'name',
      limit: 1,
      cursor: null,
      line: false,
    })
    expect(items[0]?.holders[0]?.label).toBe(label)
    return items[0] as Lock
  }
  return vi.waitFor(look, { timeout: 10_000, interval: 50 })
}
const planFor = ({ id, seen }: Lock) =>
  running.service.makePlan({ act: 'release', locks: [{ id, seen }] }, 'ana')
const apply = (plan: string, key = 'key-0001') => running.service.applyPlan(plan, REQUEST, 'ana', key)
const audited = async () => {
  const { items } = await running.service.audit({ lock: null, limit: 10, cursor: null })
  return items.map(({ phase, result }) => `${phase} ${result}`).reverse()
}

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lockkeeper-service-'))
  servers = await Promise.all([startRedis(), startRedis(), startRedis()])
  clients = servers.map(({ url }) => new Redis(url))
  log = []
  await start()
})
afterEach(async () => {
  await running.close()
  for (const client of clients) client.disconnect()
  await Promise.all(servers.map((server) => server.close()))
  await rm(dir, { recursive: true })
})

describe('the service on a real quorum', () => {
  it('releases what was seen on every node, and has it in the audit and on the timeline', async () => {
    await put(TOKEN)
    const lock = await untilHeld('billing@h')
    const plan = await planFor(lock)
    expect(plan).toMatchObject({ alive: true, typeName: NAME })
    expect(plan.effects.map(({ effect }) => effect)).toEqual(['delete', 'delete', 'delete'])
    const applied = await apply(plan.id)
    expect(applied).toMatchObject({ result: 'freed' })
    expect(await votes()).toEqual(['', '', ''])
    expect(await audited()).toEqual(['intent null', 'outcome freed'])
    const { holds, markers } = await running.service.timeline(lock.id, null, null)
    expect(holds.at(-1)).toMatchObject({ label: 'billing@h', end: 'forced' })
    expect(markers.map(({ kind }) => kind)).toContain('forced')
    expect((await running.service.lock(lock.id)).lock.state).toBe('free')
  })

  it('gives the first result again for the same key, and refuses the plan under another', async () => {
    await put(TOKEN)
    const plan = await planFor(await untilHeld('billing@h'))
    const first = await apply(plan.id)
    await put(OTHER)
    expect(await apply(plan.id)).toEqual(first)
    await expect(apply(plan.id, 'key-0002')).rejects.toMatchObject({ code: 'plan_used' })
    expect(await votes()).toEqual([OTHER, OTHER, OTHER])
  })

  it('touches nothing when another holder came in between, and shows then and now', async () => {
    await put(TOKEN)
    const plan = await planFor(await untilHeld('billing@h'))
    await put(OTHER)
    const refused = await apply(plan.id).catch((error: { code: string; details: unknown }) => error)
    expect(refused).toMatchObject({ code: 'changed' })
    const { was, is } = changedSchema.parse('details' in refused ? refused.details : null)
    expect([was.holders[0]?.label, is.holders[0]?.label]).toEqual(['billing@h', 'mail@h'])
    expect(await votes()).toEqual([OTHER, OTHER, OTHER])
    expect(await audited()).toEqual(['refused changed'])
  })

  it('shows what the operator had seen when a plan comes too late', async () => {
    await put(TOKEN)
    const seen = await untilHeld('billing@h')
    await put(OTHER)
    await untilHeld('mail@h')
    const refused = await planFor(seen).catch((error: { details: unknown }) => error)
    const { was, is } = changedSchema.parse('details' in refused ? refused.details : null)
    expect([was.holders[0]?.label, is.holders[0]?.label]).toEqual(['billing@h', 'mail@h'])
  })

  it('touches nothing when the audit can not be written', async () => {
    await put(TOKEN)
    const plan = await planFor(await untilHeld('billing@h'))
    const sql = openSql(config().store, 'fast')
    sql.run("create trigger full before insert on audit begin select raise(fail, 'disk full'); end")
    sql.close()
    await expect(apply(plan.id)).rejects.toMatchObject({ code: 'audit_unavailable' })
    expect(await votes()).toEqual([TOKEN, TOKEN, TOKEN])
  })

  it('settles at its start what a console before it left open', async () => {
    await put(TOKEN)
    const plan = await planFor(await untilHeld('billing@h'))
    await apply(plan.id)
    await running.close()
    const sql = openSql(config().store, 'fast')
    sql.run("delete from audit where phase = 'outcome'")
    sql.close()
    await start()
    await vi.waitFor(async () => expect(await audited()).toEqual(['intent null', 'outcome unknown']), {
      timeout: 10_000,
    })
    const { items } = await running.service.audit({ lock: null, limit: 1, cursor: null })
    expect(items[0]?.says).toContain('nobody had the lock')
  })

  it('settles it with what is there when it can be read, not with what is not known yet', async () => {
    await put(TOKEN)
    const plan = await planFor(await untilHeld('billing@h'))
    await apply(plan.id)
    await running.close()
    const sql = openSql(config().store, 'fast')
    sql.run("delete from audit where phase = 'outcome'")
    sql.close()
    await put(TOKEN)
    for (const { process } of servers.slice(1)) process.freeze()
    await start()
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    expect(await audited()).toEqual(['intent null'])
    for (const { process } of servers) process.resume()
    await vi.waitFor(async () => expect(await audited()).toEqual(['intent null', 'outcome unknown']), {
      timeout: 10_000,
    })
    const { items } = await running.service.audit({ lock: null, limit: 1, cursor: null })
    expect(items[0]?.says).toContain('billing@h still had the lock')
  })

  it('streams what changes, and never lets a token out', async () => {
    const frames: Frame[] = []
    const stop = await running.service.subscribe(
      { q: '', overview: true, line: true },
      ({ json }) => void frames.push(JSON.parse(json)),
    )
    await put(TOKEN)
    const lock = await untilHeld('billing@h')
    await vi.waitFor(() => expect(frames.some((frame) => frame.locks?.changed[0]?.id === lock.id)).toBe(true))
    const plan = await planFor(lock)
    await apply(plan.id)
    stop()
    const said = JSON.stringify([
      frames,
      plan,
      log,
      await running.service.overview(),
      await running.service.lock(lock.id),
      await running.service.timeline(lock.id, null, null),
      await running.service.audit({ lock: null, limit: 10, cursor: null }),
    ])
    expect(said).not.toContain(TOKEN)
    expect(said).toContain(lock.holders[0]?.tokenDigest)
  })

  it('refuses a second console on its store', async () => {
    await expect(createService(config(), parts)).rejects.toThrow('Another console is using the store')
  })
})
