import { expect, test } from 'vitest'
import { openBackend } from './registry.ts'
import { backendSpecSchema } from './spec.ts'

const spec = (more: object) => ({ id: 'jobs', kind: 'redis', ...more })
const url = 'redis://127.0.0.1:1'
const sentinel = { name: 'primary', nodes: ['redis://127.0.0.1:2', 'redis://127.0.0.1:3'] }
const cluster = ['redis://127.0.0.1:4']

const mistakes = (more: object) =>
  backendSpecSchema
    .safeParse(spec(more))
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []

test('a Redis is named by a URL, by Sentinels or as a cluster', () => {
  for (const way of [{ url }, { url, replicas: [url] }, { sentinel }, { cluster }]) {
    expect(mistakes(way)).toEqual([])
  }
  const full = { ...sentinel, username: 'u', password: 'p', database: 3, tls: true }
  expect(backendSpecSchema.parse(spec({ sentinel: full }))).toMatchObject({ sentinel: full })
})

test('no way to it is too few, two are too many', () => {
  expect(mistakes({})).toEqual([expect.stringMatching(/^url: /)])
  expect(mistakes({ url, cluster })).toEqual(['cluster: left out beside "url"'])
  expect(mistakes({ url, sentinel, cluster })).toHaveLength(2)
  expect(mistakes({ sentinel, replicas: [url] })).toEqual(['replicas: left out beside "sentinel"'])
})

test('who is asked for the way is asked by the language of Redis', () => {
  expect(mistakes({ cluster: ['http://127.0.0.1:4'] })).toEqual([expect.stringMatching(/^cluster\.0: a URL/)])
  expect(mistakes({ cluster: ['memory://m'] })).toHaveLength(1)
  expect(mistakes({ cluster: [] })).toHaveLength(1)
  expect(mistakes({ sentinel: { ...sentinel, nodes: [] } })).toHaveLength(1)
  expect(mistakes({ sentinel: { ...sentinel, name: '' } })).toHaveLength(1)
})

test('a backend whose files are not there is one that can not be reached, with the reason', async () => {
  const tls = { ca: '/nowhere/ca.pem' }
  const open = await openBackend(backendSpecSchema.parse(spec({ url, tls })), { digest: () => '' })
  expect(open.nodes).toMatchObject([{ name: 'primary', address: '127.0.0.1:1' }])
  await expect(open.probes[0]?.facts()).rejects.toThrow(/\/nowhere\/ca\.pem \(ENOENT\)/)
  await expect(open.observers[0]?.reread([])).rejects.toThrow(/ca\.pem/)
  await open.close()
})

test('a name can be pinned to what somebody reads, or to none', async () => {
  const opening = (dialect: string) =>
    openBackend(backendSpecSchema.parse(spec({ url, patterns: [{ match: 'a:*', dialect }] })), {
      digest: () => '',
    })
  await expect(opening('redlok')).rejects.toThrow(
    '"a:*" is pinned to "redlok"; a name can be pinned to none,',
  )
  for (const dialect of ['redlock', 'none']) await (await opening(dialect)).close()
})
