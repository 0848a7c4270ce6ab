import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type PostgresServer, startPostgres } from '../rig/postgres-server.ts'
import { createSqlGuard, type Query } from './sql-guard.ts'
import { StaleFence } from './stale-fence.ts'

let server: PostgresServer
let client: Client
let other: Client

const guard = createSqlGuard({ dialect: 'postgres' })
const queryOf =
  (session: Client): Query =>
  async (text, params) => {
    const { rowCount, rows } = await session.query(text, params)
    return { affected: rowCount ?? 0, rows }
  }
const query: Query = (text, params) => queryOf(client)(text, params)
const otherQuery: Query = (text, params) => queryOf(other)(text, params)

beforeAll(async () => {
  server = await startPostgres()
  client = new Client({ connectionString: server.url })
  other = new Client({ connectionString: server.url })
  await Promise.all([client.connect(), other.connect()])
  await client.query(guard.createTable)
  await client.query('create table accounts (id int primary key, balance int not null, fence bigint)')
})
beforeEach(async () => {
  await client.query('truncate lockkeeper_fences, accounts')
  await client.query('insert into accounts values (7, 100, null), (8, 100, 5)')
})
afterAll(async () => {
  await Promise.all([client?.end(), other?.end()])
  await server?.close()
})

const row = { table: 'accounts', where: { id: 7 } }
const balance = async (id = 7) =>
  (await client.query('select balance from accounts where id = $1', [id])).rows[0]?.balance
const setBalance = (session: Query, to: number) => () =>
  session('update accounts set balance = $1 where id = 7', [to])

test('a row that keeps its fence refuses a lower one and takes an equal or a higher one', async () => {
  await guard.update(query, row, { balance: 1 }, '10')
  await guard.update(query, row, { balance: 2 }, '10')
  const late = guard.update(query, row, { balance: 3 }, '9')
  await expect(late).rejects.toBeInstanceOf(StaleFence)
  await expect(late).rejects.toMatchObject({ resource: 'accounts id=7', fence: '9', seen: '10' })
  expect(await balance()).toBe(2)
  await guard.update(query, row, { balance: 4 }, '11')
  expect(await balance()).toBe(4)
})

test('fences that a double takes for equal are told apart', async () => {
  await guard.update(query, row, { balance: 1 }, '9223372036854775807')
  await expect(guard.update(query, row, { balance: 2 }, '9223372036854775806')).rejects.toThrow(StaleFence)
  await guard.transaction(query, 'shop', '9007199254740993', () => {})
  await expect(guard.transaction(query, 'shop', '9007199254740992', () => {})).rejects.toThrow(StaleFence)
})

test('a row that is not there, or that is several, is a mistake and not a late write', async () => {
  const missing = guard.update(query, { table: 'accounts', where: { id: 9 } }, { balance: 1 }, '1')
  await expect(missing).rejects.toThrow('accounts id=9 is not there')
  const several = guard.update(query, { table: 'accounts', where: { balance: 100 } }, { balance: 1 }, '9')
  await expect(several).rejects.toThrow('2 rows')
  const none = guard.update(query, { table: 'accounts', where: {} }, { balance: 1 }, '9')
  await expect(none).rejects.toThrow('names no column')
})

test('names are no way into the statement', async () => {
  const hostile = { table: 'accounts; drop table accounts', where: { id: 7 } }
  await expect(guard.update(query, hostile, { balance: 1 }, '1')).rejects.toThrow('not a name')
  const column = { 'balance = 0 --': 1 }
  await expect(guard.update(query, row, column, '1')).rejects.toThrow('not a name')
})

test('a transaction is refused before it writes when its resource has seen a higher fence', async () => {
  await guard.transaction(query, 'account 7', '10', setBalance(query, 1))
  await guard.transaction(query, 'account 7', '10', setBalance(query, 2))
  const late = guard.transaction(query, 'account 7', '9', setBalance(query, 3))
  await expect(late).rejects.toMatchObject({
    name: 'StaleFence',
    resource: 'account 7',
    fence: '9',
    seen: '10',
  })
  expect(await balance()).toBe(2)
})

test('a later hold waits for a transaction that has begun, and writes after it', async () => {
  const order: string[] = []
  await query('begin', [])
  await guard.claim(query, 'account 7', '1')
  const later = guard.transaction(otherQuery, 'account 7', '2', async () => {
    order.push('later')
    await setBalance(otherQuery, 2)()
  })
  await setBalance(query, 1)()
  order.push('earlier')
  await query('commit', [])
  await later
  expect(order).toEqual(['earlier', 'later'])
  expect(await balance()).toBe(2)
})

test('who waited for a later hold’s transaction is refused when it ends', async () => {
  await query('begin', [])
  await guard.claim(query, 'account 7', '2')
  const late = guard.transaction(otherQuery, 'account 7', '1', setBalance(otherQuery, 1))
  await setBalance(query, 2)()
  await query('commit', [])
  await expect(late).rejects.toThrow(StaleFence)
  expect(await balance()).toBe(2)
})

test('work that fails leaves nothing, not even its fence', async () => {
  const failing = guard.transaction(query, 'account 7', '9', async () => {
    await setBalance(query, 1)()
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  expect(await balance()).toBe(100)
  await guard.transaction(query, 'account 7', '8', setBalance(query, 8))
  expect(await balance()).toBe(8)
})

test('resources are told apart to the last byte, and a table of another name will do', async () => {
  const named = createSqlGuard({ dialect: 'postgres', table: 'public.fences_of_ours' })
  await query(named.createTable, [])
  await named.transaction(query, 'a', '9', () => {})
  await named.transaction(query, 'A', '1', () => {})
  await named.transaction(query, 'a ', '1', () => {})
  await expect(named.transaction(query, 'a'.repeat(513), '1', () => {})).rejects.toThrow('at most 512 bytes')
})
