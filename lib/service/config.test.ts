import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseConfig, readConfig } from './config.ts'

const parse = (text: string, variables: Record<string, string> = {}) =>
  parseConfig(text, '/etc/lk.yaml', variables)
const mistake = (text: string, variables?: Record<string, string>): string => {
  try {
    parse(text, variables)
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
  return 'no mistake was found'
}

describe('a configuration file', () => {
  it('fills in what it leaves out', () => {
    const config = parse('demo: true')
    expect(config).toEqual({
      file: '/etc/lk.yaml',
      listen: { host: '127.0.0.1', port: 3000, publicOrigin: null },
      store: '/etc/lockkeeper.db',
      backends: [],
      demo: true,
    })
  })

  it('reads the backends', () => {
    const config = parse(`
backends:
  - { id: payments, kind: redlock, nodes: [redis://h1:1, redis://h2:1, redis://h3:1], environment: production }
  - { id: infra, kind: etcd, endpoints: [http://e1:2379] }
`)
    expect(config.backends.map((each) => [each.id, each.kind])).toEqual([
      ['payments', 'redlock'],
      ['infra', 'etcd'],
    ])
  })

  it('takes secrets and ports from the environment', () => {
    const config = parse(
      `listen: { port: "$${'{P}'}" }\nbackends:\n  - { id: a, kind: redis, url: "redis://:$${'{SECRET}'}@h:6379" }`,
      { P: '4000', SECRET: 's3cret' },
    )
    expect(config.listen.port).toBe(4000)
    expect(config.backends[0]).toMatchObject({ url: 'redis://:s3cret@h:6379' })
  })

  it.each([
    ['a wrong field', 'demo: true\nlissten: {}', '/etc/lk.yaml:1: "lissten" is not a field'],
    [
      'too few nodes',
      'backends:\n  - id: a\n    kind: redlock\n    nodes: [redis://h:1]',
      '/etc/lk.yaml:4: backends[0].nodes: a quorum needs at least 3 nodes',
    ],
    [
      'a missing field',
      'demo: true\nbackends:\n  - { id: a, kind: redis }',
      '/etc/lk.yaml:3: backends[0].url: is missing',
    ],
    [
      'an unknown kind',
      'backends:\n  - id: a\n    kind: zookeeper',
      '/etc/lk.yaml:3: backends[0].kind: must be "redis", "redlock", "etcd" or "memory"',
    ],
    [
      'a port that is none',
      'listen:\n  port: 99999',
      '/etc/lk.yaml:2: listen.port: must be a port between 1 and 65535',
    ],
    [
      'an origin with a path',
      'listen:\n  publicOrigin: https://a.example/x',
      '/etc/lk.yaml:2: listen.publicOrigin: must be an origin such as',
    ],
    [
      'the same id twice',
      'backends:\n  - { id: a, kind: redis, url: redis://h }\n  - { id: a, kind: redis, url: redis://h }',
      '/etc/lk.yaml:3: backends[1].id: must be different from all others',
    ],
    [
      'an unset variable',
      `demo: true\nstore: $${'{NOPE}'}`,
      '/etc/lk.yaml:2: the environment has no variable NOPE',
    ],
    ['broken YAML', 'demo: true\nstore: [a', '/etc/lk.yaml:2: this is not valid YAML'],
    ['nothing to watch', 'store: x.db', '/etc/lk.yaml: there is nothing to watch'],
  ])('names file, line and field of %s', (_what, text, says) => {
    expect(mistake(text)).toContain(says)
  })

  it('never repeats a secret', () => {
    const broken = [
      'backends:\n  - { id: a, kind: redis, url: "http://:hunter2@h" }',
      'backends:\n  - { id: a, kind: redis, url: { name: x, url: "http://:hunter2@h" } }',
      'backends:\n  - { id: a, kind: hunter2 }',
      'store: "hunter2',
      'hunter2',
    ]
    for (const text of broken) {
      expect(mistake(text)).toMatch(/^\/etc\/lk\.yaml:\d/)
      expect(mistake(text)).not.toContain('hunter2')
    }
    expect(mistake(broken[0] ?? '')).toContain('backends[0].url: must be a URL that begins with redis://')
  })
})

describe('finding the configuration', () => {
  let cwd: string
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'lockkeeper-config-'))
  })
  afterEach(() => rmSync(cwd, { recursive: true }))

  it('is the demo fleet alone when there is none', () => {
    expect(readConfig({ cwd, variables: {} })).toMatchObject({ file: null, demo: true, backends: [] })
  })

  it('is the file in the folder, or the one that is named', () => {
    writeFileSync(join(cwd, 'lockkeeper.yaml'), 'demo: true\nlisten: { port: 1111 }')
    writeFileSync(join(cwd, 'other.yaml'), 'demo: true\nlisten: { port: 2222 }')
    expect(readConfig({ cwd, variables: {} }).listen.port).toBe(1111)
    expect(readConfig({ cwd, variables: { LOCKKEEPER_CONFIG: 'other.yaml' } }).listen.port).toBe(2222)
  })

  it('says so when the named file is not there', () => {
    expect(() => readConfig({ cwd, variables: { LOCKKEEPER_CONFIG: 'gone.yaml' } })).toThrow(
      /gone\.yaml: there is no/,
    )
  })

  it('lets PORT and HOST win', () => {
    const config = readConfig({ cwd, variables: { PORT: '4001', HOST: '::1' } })
    expect(config.listen).toMatchObject({ port: 4001, host: '::1' })
    expect(() => readConfig({ cwd, variables: { PORT: 'http' } })).toThrow('PORT must be')
  })

  it('refuses to be reached from elsewhere, with the reason', () => {
    expect(() => readConfig({ cwd, variables: { HOST: '0.0.0.0' } })).toThrow(
      /HOST must be .* no sign-in yet/,
    )
    writeFileSync(join(cwd, 'lockkeeper.yaml'), 'demo: true\nlisten: { host: 10.0.0.1 }')
    expect(() => readConfig({ cwd, variables: {} })).toThrow(/listen\.host must be/)
  })
})
