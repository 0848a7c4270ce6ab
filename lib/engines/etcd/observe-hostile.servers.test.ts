import { randomBytes, randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { toKeyId } from '../key-id.ts'
import { observing, swept } from './testing/observing.ts'

const stage = observing()
const grant = () => stage.raw.lease(60).grant()
const hex = (lease: string) => BigInt(lease).toString(16)

test('20,000 keys that are no locks show none as certain or likely', async () => {
  const lease = await grant()
  const at = (count: number, make: (at: number) => { key: string; value: string | Buffer; lease?: string }) =>
    Array.from({ length: count }, (_, index) => make(index))
  await stage.putAll([
    ...at(4_000, (n) => ({ key: `/app/config/service-${n}/timeout`, value: `${n}` })),
    ...at(4_000, (n) => ({
      key: `/app/services/web/10.0.${n >> 8}.${n & 255}:8080`,
      value: '{"up":true}',
      lease,
    })),
    ...at(3_000, () => ({
      key: `/app/sessions/${randomUUID()}`,
      value: randomBytes(16).toString('hex'),
      lease,
    })),
    ...at(3_000, (n) => ({
      key: `/app/registry/events/ns/pod.${n}`,
      value: `k8s\0${'x'.repeat(80)}`,
      lease,
    })),
    ...at(2_000, (n) => ({ key: `/app/idempotency/${n}`, value: randomUUID(), lease })),
    ...at(2_000, (n) => ({ key: `/app/flags/${n}`, value: '' })),
    ...at(1_000, (n) => ({ key: `/app/counters/${n.toString(16)}`, value: `${n}`, lease })),
    ...at(1_000, () => ({ key: `/app/blobs/${randomUUID()}`, value: randomBytes(16), lease })),
  ])
  const observer = stage.observe('/app/')
  const found = [...(await swept(observer)).values()]
  expect(found.filter(({ confidence }) => confidence !== 'candidate')).toEqual([])
  const first = observer.commands?.() ?? 0
  expect(first).toBeLessThan(100)
  await swept(observer)
  // What was looked at for nothing is not read again.
  expect((observer.commands?.() ?? 0) - first).toBeLessThan(first)
}, 60_000)

test('names may be any bytes, and come back as they are', async () => {
  const lease = await grant()
  const names = [
    Buffer.from([0x2f, 0, 1, 0xff, 0xfe, 0x0a]),
    Buffer.from('/‮gnp.exe​'),
    Buffer.from('/\u001b[31mred'),
    Buffer.concat([Buffer.from('/'), Buffer.alloc(500_000, 'n')]),
  ]
  await stage.putAll(
    names.slice(0, 3).map((name) => ({ key: Buffer.concat([name, Buffer.from(`/${hex(lease)}`)]), lease })),
  )
  for (const name of names.slice(3))
    await stage.putAll([{ key: Buffer.concat([name, Buffer.from(`/${hex(lease)}`)]), lease }])
  const observer = stage.observe('/')
  const found = [...(await swept(observer)).values()]
  const bytes = found.map(({ nameBytes }) => Buffer.from(nameBytes, 'base64').toString('hex'))
  expect(bytes.sort()).toEqual(names.map((name) => name.toString('hex')).sort())
  const ids = names.map((name) => toKeyId(Buffer.concat([name, Buffer.from('/')])))
  const read = await observer.reread(ids)
  for (const id of ids) expect(read.get(id)?.holders).toHaveLength(1)
})

test('many big names and values are read in parts, and big values are never taken for locks', async () => {
  const lease = await grant()
  const big = Buffer.alloc(1_000_000, 'v')
  const long = (at: number) => Buffer.concat([Buffer.from(`/big/${at}/`), Buffer.alloc(500_000, 'n')])
  for (let at = 0; at < 34; at++) await stage.putAll([{ key: long(at), value: 'x', lease }])
  for (let at = 0; at < 20; at++) await stage.putAll([{ key: `/big/lock-${at}`, value: big, lease }])
  await stage.putAll([
    { key: `/big/real/${hex(lease)}`, lease },
    { key: '/big/lock', lease },
  ])
  await stage.putAll([{ key: `/big/elected/${hex(lease)}`, value: big, lease }])
  await stage.putAll([{ key: `lockkeeper/huge/${'f'.repeat(32)}`, value: big, lease }])
  const observer = stage.observe('/big/')
  for (let round = 0; round < 2; round++) {
    const found = await swept(observer)
    expect([...found.keys()].sort()).toEqual(['/big/elected/', '/big/lock', '/big/real/', 'lockkeeper/huge/'])
    expect(found.get('/big/elected/')).toMatchObject({
      kind: 'election',
      holders: [{ label: `lease ${hex(lease)}` }],
    })
    expect(found.get('lockkeeper/huge/')?.holders).toMatchObject([{ label: '?' }])
  }
  const ids = [
    '/big/elected/',
    '/big/lock',
    '/big/',
    ...Array.from({ length: 20 }, (_, at) => `/big/lock-${at}`),
  ]
  const read = await observer.reread(ids.map((name) => toKeyId(Buffer.from(name))))
  expect([...read.values()].filter((sighting) => sighting !== null)).toHaveLength(2)
}, 60_000)
