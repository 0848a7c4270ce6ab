import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Redis } from 'ioredis'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLocks, type Locks } from '../core/index.ts'
import { createRedisNode, type RedisNode } from '../engines/redis/driver.ts'
import { type PostgresServer, startPostgres } from '../rig/postgres-server.ts'
import { type RedisServer, startRedis } from '../rig/redis-server.ts'
import { createFenceGate } from './fence-gate.ts'
import { fenceHeader, readFenceHeader } from './fence-header.ts'
import { guardedWrite } from './redis-guard.ts'
import { createSqlGuard, type Query } from './sql-guard.ts'
import { StaleFence } from './stale-fence.ts'

/*
 * One story on every kind of resource: A holds the lock and stands still until its time is over, B takes the lock and
 * writes, and A, who knows nothing of it, writes too.
 */

let server: RedisServer
let database: PostgresServer
let client: Redis
let session: Client
const nodes: RedisNode[] = []
const owners: Locks[] = []

beforeAll(async () => {
  ;[server, database] = await Promise.all([startRedis(), startPostgres()])
  client = new Redis(server.url)
  session = new Client({ connectionString: database.url })
  await session.connect()
})
afterAll(async () => {
  await Promise.all(owners.map((locks) => locks.close()))
  await Promise.all(nodes.map((node) => node.close()))
  client?.disconnect()
  await session?.end()
  await Promise.all([server?.close(), database?.close()])
})

function owner(service: string): Locks {
  const node = createRedisNode({ id: 'r1', url: server.url })
  const backend = { id: 'locks', nodes: [node], maxTtlMs: 60_000 }
  const locks = createLocks({ backend, owner: { service }, nodeTimeoutMs: 5_000 })
  nodes.push(node)
  owners.push(locks)
  return locks
}

/** Two holds of one lock, the second by another owner after the first one's time was over. */
async function takeOver(name: string): Promise<{ paused: string | null; next: string | null }> {
  const paused = await owner('paused').acquire(name, { ttlMs: 300, autoRenew: false })
  const next = await owner('next').acquire(name, { ttlMs: 30_000, waitMs: 20_000 })
  return { paused: paused.fence, next: next.fence }
}

const query: Query = async (text, params) => {
  const { rowCount, rows } = await session.query(text, params)
  return { affected: rowCount ?? 0, rows }
}

test('a row of a table refuses who comes late', async () => {
  const { paused, next } = await takeOver('accounts/7')
  await session.query('create table accounts (id int primary key, balance int, fence bigint)')
  await session.query('insert into accounts values (7, 100, null)')
  const guard = createSqlGuard({ dialect: 'postgres' })
  const row = { table: 'accounts', where: { id: 7 } }
  await guard.update(query, row, { balance: 90 }, paused)
  await guard.update(query, row, { balance: 80 }, next)
  await expect(guard.update(query, row, { balance: 70 }, paused)).rejects.toBeInstanceOf(StaleFence)
  expect((await session.query('select balance, fence from accounts')).rows).toEqual([
    { balance: 80, fence: next },
  ])
})

test('a transaction is refused to who comes late', async () => {
  const { paused, next } = await takeOver('ledger')
  await session.query('create table ledger (entry text)')
  const guard = createSqlGuard({ dialect: 'postgres' })
  await session.query(guard.createTable)
  const write = (fence: string | null, entry: string) =>
    guard.transaction(query, 'ledger', fence, () => query('insert into ledger values ($1)', [entry]))
  await write(paused, 'first of A')
  await write(next, 'first of B')
  await expect(write(paused, 'second of A')).rejects.toMatchObject({ fence: paused, seen: next })
  await write(next, 'second of B')
  const entries = (await session.query('select entry from ledger')).rows.map(({ entry }) => entry)
  expect(entries).toEqual(['first of A', 'first of B', 'second of B'])
})

test('a key of Redis refuses who comes late', async () => {
  const { paused, next } = await takeOver('stock')
  const write = (fence: string | null, amount: number) =>
    guardedWrite(client, { resource: 'stock', fence, commands: [['SET', 'stock', amount]] })
  await write(paused, 3)
  await write(next, 2)
  await expect(write(paused, 1)).rejects.toMatchObject({ name: 'StaleFence', fence: paused, seen: next })
  expect(await client.get('stock')).toBe('2')
})

test('a server refuses a request that comes late, by the fence in its header', async () => {
  const { paused, next } = await takeOver('printer')
  const gate = createFenceGate()
  const printed: string[] = []
  const printer = createServer((request, response) => {
    const printing = async () => {
      const page = request.url ?? ''
      await gate.admit('printer', readFenceHeader(request.headers), () => void printed.push(page))
      return 200
    }
    void printing()
      .catch((error) => (error instanceof StaleFence ? 409 : 400))
      .then((status) => response.writeHead(status).end())
  })
  await new Promise<void>((resolve) => printer.listen(0, '127.0.0.1', resolve))
  const { port } = printer.address() as AddressInfo
  const print = async (fence: string | null, page: string) =>
    (await fetch(`http://127.0.0.1:${port}/${page}`, { headers: fenceHeader(fence) })).status
  expect(await print(paused, 'a1')).toBe(200)
  expect(await print(next, 'b1')).toBe(200)
  expect(await print(paused, 'a2')).toBe(409)
  expect((await fetch(`http://127.0.0.1:${port}/x`)).status).toBe(400)
  expect(printed).toEqual(['/a1', '/b1'])
  printer.closeAllConnections()
  await new Promise((resolve) => printer.close(resolve))
})
