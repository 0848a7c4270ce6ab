import { connect } from 'node:net'
import { delimiter } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { openMembers } from '../engines/etcd/members.ts'
import { endOf } from '../engines/etcd/ranges.ts'
import { closeRedis, isReady, openRedis } from '../engines/redis/connect.ts'
import type { BackendSpec } from '../engines/spec.ts'
import { demoStateSchema } from '../fleet/demo.ts'
import { type Demo, startDemo } from './start-demo.ts'

let demo: Demo | null = null
afterEach(async () => {
  await demo?.close()
  demo = null
}, 30_000)

const real = ['/usr/local/bin', '/usr/bin', '/bin', ...process.execPath.split(delimiter)].join(delimiter)

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 50))
}

const urlOf = (named: string | { url: string } | undefined): string =>
  typeof named === 'object' ? named.url : (named ?? '')

const spec = <K extends BackendSpec['kind']>(kind: K): Extract<BackendSpec, { kind: K }> => {
  const found = demo?.specs.find((one) => one.kind === kind)
  if (found?.kind !== kind) throw new Error(`no ${kind} in the demo`)
  return found as Extract<BackendSpec, { kind: K }>
}

const isListening = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    const end = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })

async function hasKey(url: string, prefix: string): Promise<boolean> {
  const client = openRedis(url, 'test')
  await isReady(client, 5_000)
  const keys = await client.keys(`${prefix}*`)
  closeRedis(client)
  return keys.length > 0
}

test('takes locks in every backend, ours and of others', async () => {
  demo = await startDemo({ path: real })
  expect(demo.servers).toBe('real')
  const voter = urlOf(spec('redlock').nodes[0] ?? '')
  await until(() => hasKey(voter, 'lk:{refunds/batch/7}'))
  await until(() => hasKey(voter, 'lock:catalog/'))
  await until(() => hasKey(urlOf(spec('redis').url), 'lk:{invoices/nightly}'))
  await until(() => hasKey(urlOf(spec('redis').url), 'legacy:export/customers'))
  const members = openMembers(spec('etcd').endpoints.map((one) => ({ name: urlOf(one), url: urlOf(one) })))
  for (const prefix of ['lockkeeper/leader%2Fscheduler/', '/locks/deploy/api/'].map((one) =>
    Buffer.from(one),
  )) {
    await until(async () => {
      const range = { key: prefix, range_end: endOf(prefix), count_only: true }
      return Number((await members.ask((client) => client.kv.range(range))).count) > 0
    })
  }
  members.close()
}, 60_000)

test('two dead nodes of five do not matter, three do, and one that comes back empty does not vote', async () => {
  demo = await startDemo({ path: real })
  const play = demo
  for (const node of ['r1', 'r2']) await play.act({ act: 'kill', node })
  const held = await play.act({ act: 'acquire', client: 'client-a' })
  expect(demoStateSchema.parse(held).clients[0]).toMatchObject({
    state: 'holding',
    last: { verb: 'acquire', ok: true, says: 'Granted by 3 of 5 nodes; 3 are needed.' },
  })
  expect(held.clients[0]?.remainingMs).toBeGreaterThan(0)
  const refused = await play.act({ act: 'acquire', client: 'client-b' })
  expect(refused.clients[1]?.last).toMatchObject({ ok: false, says: 'Refused: client-a holds it.' })
  await play.act({ act: 'release', client: 'client-a' })

  await play.act({ act: 'kill', node: 'r3' })
  const stuck = await play.act({ act: 'acquire', client: 'client-b' })
  expect(stuck.clients[1]).toMatchObject({ state: 'idle', last: { ok: false } })
  expect(stuck.clients[1]?.last?.says).toBe(
    'No quorum: 2 of 5 nodes granted it, 3 are needed: r1, r2 and r3 gave no answer.',
  )
  expect(stuck.nodes.filter((node) => !node.running).map((node) => node.id)).toEqual(['r1', 'r2', 'r3'])

  const back = await play.act({ act: 'restart', node: 'r3' })
  expect(back.nodes[2]?.running).toBe(true)
  await until(async () => ((await play.state()).nodes[2]?.quarantinedMs ?? 0) > 0)
  const still = await play.act({ act: 'acquire', client: 'client-c' })
  expect(still.clients[2]?.last?.says).toContain('No quorum')
}, 60_000)

test('a hold that nobody renews is lost, and the listeners hear of it', async () => {
  demo = await startDemo({ path: real })
  const play = demo
  await play.act({ act: 'acquire', client: 'client-a' })
  await new Promise<void>((resolve) => {
    play.onChange(() => {
      void play.state().then((state) => {
        if (state.clients[0]?.state === 'lost') resolve()
      })
    })
  })
  const state = await play.state()
  expect(state.clients[0]).toMatchObject({ remainingMs: null, last: { verb: 'lost', ok: false } })
}, 60_000)

test('without servers it runs in memory, and says so', async () => {
  demo = await startDemo({ path: '' })
  const play = demo
  expect(play.servers).toBe('memory')
  await play.act({ act: 'kill', node: 'r1' })
  const held = await play.act({ act: 'acquire', client: 'client-a' })
  expect(held.clients[0]?.last?.says).toBe('Granted by 4 of 5 nodes; 3 are needed.')
  const back = await play.act({ act: 'restart', node: 'r1' })
  expect(back.nodes[0]?.quarantinedMs).toBeGreaterThan(0)
}, 30_000)

test('a server that ends by itself is started again', async () => {
  demo = await startDemo({ path: real })
  const url = urlOf(spec('redis').url)
  const client = openRedis(url, 'test')
  await isReady(client, 5_000)
  const runOf = async () => /run_id:(\w+)/.exec(await client.info('server'))?.[1]
  const before = await runOf()
  await client.shutdown('NOSAVE').catch(() => {})
  await until(async () => {
    const now = await runOf().catch(() => undefined)
    return now !== undefined && now !== before
  })
  closeRedis(client)
}, 60_000)

test('closing leaves no server behind', async () => {
  demo = await startDemo({ path: real })
  const urls = [
    ...spec('redlock').nodes.map(urlOf),
    ...[spec('redis').url, ...spec('redis').replicas].map(urlOf),
    ...spec('etcd').endpoints.map(urlOf),
  ]
  expect(await Promise.all(urls.map(isListening))).toEqual(urls.map(() => true))
  await demo.close()
  demo = null
  expect(await Promise.all(urls.map(isListening))).toEqual(urls.map(() => false))
}, 60_000)
