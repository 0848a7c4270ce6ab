import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parseConfig } from './config.ts'

it('reads the example of the README, which has every kind of backend', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const example = /```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  const named = [...example.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => [name, 'secret'])
  const { backends, history } = parseConfig(example, '/etc/lk/lockkeeper.yaml', Object.fromEntries(named))
  expect(new Set(backends.map(({ kind }) => kind))).toEqual(new Set(['redlock', 'redis', 'etcd', 'memory']))
  expect(backends[0]).toMatchObject({ password: 'secret', tls: { ca: '/etc/lk/ca.pem' } })
  expect(history).toEqual({ maxAgeMs: 7 * 86_400_000, maxBytes: 512 * 2 ** 20 })
})
