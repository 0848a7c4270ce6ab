import { expect, test, vi } from 'vitest'
import { toKeyId } from '../key-id.ts'
import { entryKey, gateKey, queuePrefix } from './layout.ts'
import { nameOf, observing, swept } from './testing/observing.ts'

const stage = observing()

const WAITING = { timeout: 20_000, interval: 10 }
const grant = (seconds = 60) => stage.raw.lease(seconds).grant()
const hex = (lease: string) => BigInt(lease).toString(16)
const token = (digit: string) => digit.repeat(32)
const id = (name: string) => toKeyId(Buffer.from(name))

test('a sweep finds every lock over many pages, and asks for pages, not for keys', async () => {
  const lease = await grant()
  const locks = Array.from({ length: 6_000 }, (_, at) => ({
    key: entryKey(`orders/${at}`, token('a')),
    value: JSON.stringify({ since: 1, ttl: 5_000, owner: { service: `s${at % 7}`, host: 'h' } }),
  }))
  const others = Array.from({ length: 6_000 }, (_, at) => ({ key: `/locks/n${at}/${hex(lease)}`, lease }))
  await stage.putAll([...locks, ...others])
  const observer = stage.observe('/locks/')
  const found = await swept(observer)
  expect(found.size).toBe(12_000)
  expect(found.get(queuePrefix('orders/4321'))?.holders).toMatchObject([{ label: 's2@h', ttlMs: 5_000 }])
  expect(found.get('/locks/n77/')).toMatchObject({ dialect: 'etcd-queue', holders: [{ sharedLease: 5_999 }] })
  expect(observer.commands?.()).toBeLessThan(40)
}, 60_000)

test('queues that stand under each other are told apart, in a sweep and one by one', async () => {
  const leases = [await grant(), await grant(), await grant()]
  const [a = '', b = '', c = ''] = leases
  const keys = [`/q/${hex(a)}`, `/q/${hex(b)}`, `/q/5/deep/${hex(c)}`, `/q/zz/${hex(c)}`]
  for (const [index, key] of keys.entries())
    await stage.putAll([{ key, lease: leases[Math.min(index, 2)] ?? '' }])
  await stage.putAll(Array.from({ length: 600 }, (_, at) => ({ key: `/q/5/other/${at}`, value: 'x' })))
  const observer = stage.observe('/q/')
  const found = await swept(observer)
  expect([...found.keys()].sort()).toEqual(['/q/', '/q/5/deep/', '/q/zz/'])
  const read = await observer.reread([id('/q/'), id('/q/5/deep/'), id('/q/none/')])
  for (const sighting of [found.get('/q/'), read.get(id('/q/'))])
    expect(sighting).toMatchObject({
      holders: [{ label: `lease ${hex(a)}` }],
      waiters: { count: 1, list: [{ label: `lease ${hex(b)}` }] },
    })
  expect(found.get('/q/5/deep/')?.holders).toMatchObject([{ sharedLease: 1 }])
  expect(read.get(id('/q/5/deep/'))?.holders).toMatchObject([{ sharedLease: 1 }])
  expect(read.get(id('/q/none/'))).toBeNull()
})

test('a long queue with other keys among it is read in full, in its order', async () => {
  const leases = Array.from({ length: 700 }, (_, at) => String(4_096 + at))
  for (let at = 0; at < leases.length; at += 50)
    await Promise.all(
      leases.slice(at, at + 50).map((ID) => stage.raw.leaseClient.leaseGrant({ ID, TTL: 60 })),
    )
  await stage.putAll(
    [...leases].reverse().flatMap((lease) => [
      { key: `/long/${hex(lease)}`, value: `host-${lease}`, lease },
      { key: `/long/${hex(lease)}0/other`, value: 'x' },
    ]),
  )
  const observer = stage.observe('/long/')
  const read = (await observer.reread([id('/long/')])).get(id('/long/'))
  const found = (await swept(observer)).get('/long/')
  for (const sighting of [read, found]) {
    expect(sighting).toMatchObject({ kind: 'election', waiters: { known: true, count: 699 } })
    // All of one transaction have one revision, and then go by their keys.
    expect(sighting?.holders[0]?.label).toBe(`host-${4_096 + 636}`)
  }
  await Promise.all(leases.map((ID) => stage.raw.leaseClient.leaseRevoke({ ID })))
})

test('a gate is told with its queue, and also where nobody stands in it', async () => {
  const record = (holds: string) => JSON.stringify({ until: 9e12, by: 'eve', message: 'm', holds })
  await stage.putAll([{ key: entryKey('a/b', token('a')), value: '{}' }])
  await stage.putAll([
    { key: gateKey('a/b', 'freeze'), value: record('1') },
    { key: gateKey('alone', 'hold-back'), value: record('1') },
  ])
  const frozen = { gate: { freeze: { by: 'eve' } }, holders: [], waiters: { count: 1 } }
  for (const observer of [stage.observe(), stage.observe('lock')]) {
    const found = await swept(observer)
    expect(found.get(queuePrefix('a/b'))).toMatchObject(frozen)
    expect(found.get(queuePrefix('alone'))).toMatchObject({ gate: { holdBack: { until: 9e12 } } })
    expect(found.size).toBe(2)
    const read = await observer.reread([id(queuePrefix('a/b'))])
    expect(read.get(id(queuePrefix('a/b')))).toMatchObject(frozen)
  }
})

test('what a lease has left is asked only for what somebody looks at, and remembered as a lower bound', async () => {
  const lease = await grant(30)
  await stage.putAll([{ key: `/locks/a/${hex(lease)}`, lease }])
  const observer = stage.observe('/locks/')
  expect((await swept(observer)).get('/locks/a/')?.holders).toMatchObject([{ remainingIs: 'unknown' }])
  const looked = await vi.waitFor(async () => {
    const [holder] = (await observer.reread([id('/locks/a/')])).get(id('/locks/a/'))?.holders ?? []
    expect(holder).toMatchObject({ remainingIs: 'at-least', ttlMs: 30_000 })
    return holder
  }, WAITING)
  expect(looked?.remainingMs).toBeGreaterThan(0)
  const sent = observer.commands?.() ?? 0
  const later = (await swept(observer)).get('/locks/a/')?.holders[0]
  expect(later).toMatchObject({ remainingIs: 'at-least', ttlMs: 30_000 })
  expect(later?.remainingMs).toBeLessThanOrEqual(looked?.remainingMs ?? 0)
  expect((observer.commands?.() ?? 0) - sent).toBeLessThan(8)
})

test('a change is told with the lock that it changes; what is no lock is nobody’s business', async () => {
  const lease = await grant()
  const observer = stage.observe('/locks/', '/jobs/')
  const told: string[] = []
  const stop = await observer.watch(
    (keys) => told.push(...keys.map(nameOf)),
    () => {},
  )
  const inOrder = async (...changes: (() => Promise<unknown>)[]) => {
    for (const change of changes) await change()
    await stage.putAll([{ key: `/locks/last/${hex(lease)}`, lease }])
    await vi.waitFor(() => expect(told.at(-1)).toBe('/locks/last/'), WAITING)
    await stage.raw
      .delete()
      .key(`/locks/last/${hex(lease)}`)
      .exec()
    return told.splice(0).filter((name) => name !== '/locks/last/')
  }
  const puts =
    (...entries: Parameters<typeof stage.putAll>[0][number][]) =>
    () =>
      stage.putAll(entries)
  expect(
    await inOrder(
      puts(
        { key: '/jobs/config', value: 'x' },
        { key: '/jobs/service/web-1', value: 'y', lease },
        { key: '/jobs/1', value: 'y', lease },
      ),
      () => stage.raw.delete().key('/jobs/config').exec(),
      () => stage.raw.delete().key('/jobs/service/web-1').exec(),
    ),
  ).toEqual([])
  expect(await inOrder(puts({ key: '/jobs/lock', lease }))).toEqual(['/jobs/lock'])
  expect(await inOrder(() => stage.raw.delete().key('/jobs/lock').exec())).toEqual(['/jobs/lock'])
  expect(await inOrder(puts({ key: entryKey('a/b', token('a')), value: '{}' }))).toEqual([queuePrefix('a/b')])
  expect(await inOrder(puts({ key: gateKey('a/b', 'freeze'), value: '{}' }))).toEqual([queuePrefix('a/b')])
  await stop()
})

test('a key that was a lock is told when it is written again without its lease', async () => {
  const lease = await grant()
  const observer = stage.observe('/jobs/')
  await stage.putAll([{ key: '/jobs/lock', lease }])
  expect((await swept(observer)).size).toBe(1)
  const told: string[] = []
  const stop = await observer.watch(
    (keys) => told.push(...keys.map(nameOf)),
    () => {},
  )
  await stage.putAll([{ key: '/jobs/lock' }])
  await vi.waitFor(() => expect(told).toEqual(['/jobs/lock']), WAITING)
  expect(await observer.reread([id('/jobs/lock')])).toEqual(new Map([[id('/jobs/lock'), null]]))
  await stop()
})

test('names are pinned to a dialect, or to none, and what they begin with is watched', async () => {
  const lease = await grant()
  await stage.putAll([
    { key: '/cron/nightly', value: 'web-1', lease },
    { key: '/cron/skip', value: 'web-1', lease },
    { key: `/out/a/${hex(lease)}`, lease },
  ])
  const observer = stage.observePinned(
    { match: '/cron/skip', dialect: 'none' },
    { match: '/cron/*', dialect: 'leased-key' },
  )
  expect([...(await swept(observer))].map(([name, { confidence }]) => [name, confidence])).toEqual([
    ['/cron/nightly', 'certain'],
  ])
})

test('after the store has forgotten what it was, a sweep still reads it as it is', async () => {
  const lease = await grant()
  const names = Array.from({ length: 1_500 }, (_, at) => `/locks/n${at}/${hex(lease)}`)
  await stage.putAll(names.map((key) => ({ key, lease })))
  const observer = stage.observe('/locks/')
  const found = new Set<string>()
  let isCompacted = false
  for await (const sightings of observer.sweep(new AbortController().signal)) {
    for (const { key } of sightings) found.add(nameOf(key))
    if (isCompacted || found.size === 0) continue
    isCompacted = true
    await stage.putAll([{ key: 'x' }])
    const { header } = await stage.raw.kv.range({ key: Buffer.from('x') })
    await stage.raw.kv.compact({ revision: header.revision, physical: true })
  }
  expect(isCompacted).toBe(true)
  expect(found.size).toBe(1_500)
})

test('nothing is written by reading', async () => {
  const lease = await grant()
  await stage.putAll([{ key: `/locks/a/${hex(lease)}`, lease }])
  const observer = stage.observe('/locks/')
  const revision = async () => (await stage.raw.kv.range({ key: Buffer.from('x') })).header.revision
  const before = await revision()
  const stop = await observer.watch(
    () => {},
    () => {},
  )
  await swept(observer)
  await observer.reread([id('/locks/a/')])
  await stop()
  expect(await revision()).toBe(before)
})
