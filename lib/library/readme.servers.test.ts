import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { startEtcd } from '../rig/etcd-cluster.ts'
import { startCluster } from '../rig/redis-cluster.ts'
import { startSentinels } from '../rig/redis-sentinels.ts'
import { type RedisServer, startRedis } from '../rig/redis-server.ts'
import { type BackendInput, bootstrap } from './index.ts'

/** Inside the package, where `lockkeeper` means what was built. */
const folder = fileURLToPath(new URL('../../test-results/readme/', import.meta.url))
const run = promisify(execFile)
const ends: (() => Promise<void>)[] = []

afterAll(async () => {
  await Promise.all(ends.map((end) => end()))
  await rm(folder, { recursive: true, force: true })
})

/** The README's first script that takes a lock, word by word, on another backend. */
async function runOn(backend: BackendInput): Promise<string> {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
  const script = /```js\n(import \{ openLocks \} from 'lockkeeper'\n[\s\S]*?)```/.exec(readme)?.[1] ?? ''
  expect(script.trim().split('\n').length).toBeLessThanOrEqual(10)
  const line = /^const backend = .*$/m
  expect(script).toMatch(line)
  const file = `${folder}${backend.kind}-${ends.length}.mjs`
  await mkdir(folder, { recursive: true })
  await writeFile(file, script.replace(line, `const backend = ${JSON.stringify(backend)}`))
  return (await run(process.execPath, [file], { timeout: 20_000 })).stdout
}

async function redis(): Promise<RedisServer> {
  const server = await startRedis()
  ends.push(() => server.close())
  return server
}

const kinds: [string, () => Promise<BackendInput>][] = [
  ['memory', async () => ({ kind: 'memory', url: 'memory://readme' })],
  ['one Redis', async () => ({ kind: 'redis', url: (await redis()).url })],
  [
    'a quorum of five',
    async () => {
      const servers = await Promise.all(Array.from({ length: 5 }, redis))
      const backend = { kind: 'redlock' as const, nodes: servers.map(({ url }) => url) }
      await bootstrap(backend)
      return backend
    },
  ],
  [
    'a primary behind Sentinels',
    async () => {
      const { name, sentinels, close } = await startSentinels()
      ends.push(close)
      const nodes = sentinels.map(({ port }) => `redis://127.0.0.1:${port}`)
      return { kind: 'redis', sentinel: { name, nodes } }
    },
  ],
  [
    'a Redis Cluster',
    async () => {
      const { urls, close } = await startCluster()
      ends.push(close)
      return { kind: 'redis', cluster: urls }
    },
  ],
  [
    'etcd',
    async () => {
      const { endpoints, close } = await startEtcd(['a', 'b', 'c'])
      ends.push(close)
      return { kind: 'etcd', endpoints: [...endpoints] }
    },
  ],
]

for (const [kind, start] of kinds) {
  test(`the script of the README takes a lock on ${kind}`, async () => {
    expect(await runOn(await start())).toMatch(/^ours for \d+ ms, fence \d+\n$/)
  }, 60_000)
}
