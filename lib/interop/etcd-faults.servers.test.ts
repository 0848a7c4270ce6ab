import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Etcd3 } from 'etcd3'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { tiedFolder } from '../rig/lifeline.ts'
import { freePort } from '../rig/ports.ts'
import { type ServerProcess, startProcess } from '../rig/server-process.ts'
import { startWatching, until, type Watching } from '../watch/test-watching.ts'

const run = promisify(execFile)

/** A member whose data can be saved and put back. */
let folder: Awaited<ReturnType<typeof tiedFolder>>
let endpoint: string
let peer: string
let server: ServerProcess
let client: Etcd3
let watching: Watching

beforeAll(async () => {
  folder = await tiedFolder('lockkeeper-etcd-restored-')
  endpoint = `http://127.0.0.1:${await freePort()}`
  peer = `http://127.0.0.1:${await freePort()}`
  server = await start()
})
beforeEach(async () => {
  client = new Etcd3({ hosts: endpoint })
  watching = await startWatching({ id: 'infra', kind: 'etcd', endpoints: [endpoint], prefixes: ['/locks/'] })
  await until('pushes', () => watching.watch.backends()[0]?.reading === 'pushed')
})
afterEach(async () => {
  await watching.close()
  client.close()
})
afterAll(async () => {
  await server.stop()
  await folder.remove()
})

const data = () => join(folder.path, 'data')
const shared = () => ['--name', 'm1', '--data-dir', data(), '--initial-cluster', `m1=${peer}`]
const start = () =>
  startProcess(
    'etcd',
    [
      ...shared(),
      ...['--listen-client-urls', endpoint, '--advertise-client-urls', endpoint, '--log-level', 'error'],
      ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer, '--logger', 'zap'],
    ],
    async () => (await fetch(`${endpoint}/health`, { signal: AbortSignal.timeout(500) })).ok,
    20_000,
  )
const etcdctl = (...args: string[]) => run('etcdctl', ['--endpoints', endpoint, ...args])

/** As a client of Go holds a lock: a key that ends with its lease. */
async function hold(name: string): Promise<{ fence: string; release(): Promise<unknown> }> {
  const lease = client.lease(60, { autoKeepAlive: false })
  const key = `${name}/${BigInt(await lease.grant()).toString(16)}`
  const { header } = await lease.put(key).exec()
  return { fence: header.revision, release: () => client.delete().key(key).exec() }
}
const fenceOf = (name: string) => watching.lock(name)?.holders[0]?.fence

test('F21: a hold that comes back with an older snapshot is shown, and that its fence went down', async () => {
  const old = await hold('/locks/a')
  await until('the first hold', () => fenceOf('/locks/a') === old.fence)
  const snapshot = join(folder.path, 'saved.db')
  await etcdctl('snapshot', 'save', snapshot)
  await old.release()
  for (let at = 0; at < 20; at++) await client.put('/other').value(`${at}`)
  const young = await hold('/locks/a')
  await until('the second hold', () => fenceOf('/locks/a') === young.fence)

  await server.kill()
  await until('unknown', () => watching.lock('/locks/a')?.state === 'unknown')
  expect(fenceOf('/locks/a')).toBe(young.fence)
  await until('why', () => /refused|cut/.test(watching.watch.backends()[0]?.trouble ?? ''))
  await rm(data(), { recursive: true })
  await etcdctl('snapshot', 'restore', snapshot, ...shared(), '--initial-advertise-peer-urls', peer)
  server = await start()
  const lock = await until('the old hold again', () =>
    fenceOf('/locks/a') === old.fence ? watching.lock('/locks/a') : null,
  )
  expect(Number(lock.holders[0]?.fence)).toBeLessThan(Number(young.fence))
  expect(lock).toMatchObject({ state: 'held', fenceBefore: young.fence })
  expect(lock.verdicts).toContainEqual(expect.objectContaining({ id: 'fence-went-down', severity: 'alarm' }))
  // And it is heard of again what happens: revisions that were given before are given once more.
  const next = await hold('/locks/b')
  await until('a hold after that', () => fenceOf('/locks/b') === next.fence)
}, 60_000)

test('a store that forgets its past while it is watched loses no lock, and the next change is heard', async () => {
  const kept = await hold('/locks/kept')
  await until('the hold', () => fenceOf('/locks/kept') === kept.fence)
  const { header } = await client.put('/other').value('x')
  await etcdctl('compact', header.revision)
  await etcdctl('defrag')
  const next = await hold('/locks/next')
  await until('the next hold', () => fenceOf('/locks/next') === next.fence)
  await watching.watch.reread(watching.lock('/locks/kept')?.id ?? '')
  expect(fenceOf('/locks/kept')).toBe(kept.fence)
  expect(watching.kinds('/locks/kept')).toEqual(['granted'])
})

test('F20: a member without space is shown with its alarm, and what is held stays as it is', async () => {
  const kept = await hold('/locks/full')
  await until('the hold', () => fenceOf('/locks/full') === kept.fence)
  const { members } = await client.cluster.memberList({})
  const memberID = members[0]?.ID ?? ''
  await client.maintenance.alarm({ action: 'Activate', memberID, alarm: 'Nospace' })
  await until('the alarm', () => watching.node('m1')?.raft?.alarms.includes('NOSPACE'))
  await expect(etcdctl('put', '/locks/more', 'x')).rejects.toThrow(/space exceeded/)
  expect(watching.lock('/locks/full')).toMatchObject({ state: 'held', holders: [{ fence: kept.fence }] })
  await etcdctl('alarm', 'disarm')
  await until('its end', () => watching.node('m1')?.raft?.alarms.length === 0)
})
