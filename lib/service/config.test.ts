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
      history: {},
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

  it('finds the files of TLS beside itself, and leaves texts in PEM as they are', () => {
    const pem = '-----BEGIN CERTIFICATE-----'
    const config = parse(
      `backends:\n  - { id: a, kind: redis, url: "rediss://h:1", tls: { ca: "${pem}", cert: c.pem, key: /k.pem } }`,
    )
    expect(config.backends[0]).toMatchObject({ tls: { ca: pem, cert: '/etc/c.pem', key: '/k.pem' } })
  })

  it('says how much of the history is kept', () => {
    expect(parse('demo: true\nhistory: { maxAgeDays: 2, maxBytes: 200MB }').history).toEqual({
      maxAgeMs: 2 * 86_400_000,
      maxBytes: 200 * 2 ** 20,
    })
    expect(parse('demo: true\nhistory: { maxBytes: 5000000 }').history).toEqual({ maxBytes: 5_000_000 })
  })

  const three = 'nodes: [redis://h:1, redis://h:2, redis://h:3]'
  it.each([
    ['a wrong field', 'demo: true\nlissten: {}', ':2:1: "lissten" is not a field; did you mean "listen"?'],
    [
      'a wrong field of a backend',
      `backends:\n  - { id: a, kind: redlock, ${three}, maxTTLms: 5 }`,
      ':2:77: backends[0]: "maxTTLms" is not a field; did you mean "maxTtlMs"?',
    ],
    [
      'a field that is like none',
      'demo: true\nhistory:\n  rotate: daily',
      ':3:3: history: "rotate" is not a field of this part; remove it, or use one of maxAgeDays, maxBytes',
    ],
    [
      'a field of another kind of backend',
      'backends:\n  - id: a\n    kind: redis\n    url: redis://h\n    prefixes: ["/a"]',
      ':5:5: backends[0]: "prefixes" is not a field of this part',
    ],
    [
      'too few nodes',
      'backends:\n  - id: a\n    kind: redlock\n    nodes: [redis://h:1]',
      ':4:12: backends[0].nodes: a quorum needs at least 3 nodes',
    ],
    [
      'a missing field',
      'demo: true\nbackends:\n  - { id: a, kind: redis }',
      ':3:5: backends[0].url: is missing; it must be a text',
    ],
    [
      'an unknown kind',
      'backends:\n  - id: a\n    kind: zookeeper',
      ':3:11: backends[0].kind: must be "redis", "redlock", "etcd" or "memory"',
    ],
    [
      'a missing kind',
      'backends:\n  - id: a',
      ':2:5: backends[0].kind: must be "redis", "redlock", "etcd" or "memory"',
    ],
    [
      'a port that is none',
      'listen:\n  port: 99999',
      ':2:9: listen.port: must be a port between 1 and 65535',
    ],
    [
      'an origin with a path',
      'listen:\n  publicOrigin: https://a.example/x',
      ':2:17: listen.publicOrigin: must be an origin such as',
    ],
    [
      'the same id twice',
      'backends:\n  - { id: a, kind: redis, url: redis://h }\n  - { id: a, kind: redis, url: redis://h }',
      ':3:11: backends[1].id: must be different from all others',
    ],
    [
      'a server that would vote twice',
      'backends:\n  - id: a\n    kind: redlock\n    nodes:\n      - redis://h1\n      - redis://h2:6379/1\n      - redis://u:p@H1:6379/3',
      ':7:9: backends[0].nodes[2]: must be another server than that of nodes[0]',
    ],
    [
      'two nodes of one name',
      'backends:\n  - id: a\n    kind: redlock\n    nodes: [{ name: x, url: redis://h:1 }, { name: x, url: redis://h:2 }, redis://h:3]',
      ':4:52: backends[0].nodes[1].name: must be different',
    ],
    [
      'a URL that is none',
      'backends:\n  - id: a\n    kind: redis\n    url: redis://h:hunter2',
      ':4:10: backends[0].url: must be a URL with a host',
    ],
    [
      'a size that is none',
      'demo: true\nhistory: { maxBytes: lots }',
      ':2:22: history.maxBytes: must be a number of',
    ],
    [
      'a history too small',
      'demo: true\nhistory: { maxBytes: 5 }',
      ':2:22: history.maxBytes: must be at least 1MB',
    ],
    [
      'an unset variable',
      `demo: true\nstore: $${'{NOPE}'}`,
      ':2:8: the environment has no variable NOPE; set it, or write the value here',
    ],
    ['half a variable', `demo: true\nstore: "$${'{NOPE'}"`, ':2:8: "${" begins the name of a variable'],
    [
      'broken YAML',
      'demo: true\nstore: [a',
      ':2:10: this is not valid YAML: its indentation does not fit, or a quote or bracket above is not closed',
    ],
    [
      'a variable without quotes in a list',
      `backends: [{ id: $${'{ID}'} }]`,
      ':1:19: this is not valid YAML: inside { } and [ ] a variable stands in quotes',
    ],
    ['tabs', 'listen:\n\tport: 1', ':2:1: this is not valid YAML: it is indented with tabs; use spaces'],
    [
      'a field that is there twice',
      'demo: true\ndemo: false',
      ':2:1: this is not valid YAML: this field is here twice',
    ],
  ])('names file, line, column and field of %s, and what to do', (_what, text, says) => {
    expect(mistake(text)).toContain(`/etc/lk.yaml${says}`)
  })

  it('guesses which dialect was meant', () => {
    const pinned = (dialect: string) =>
      `backends:\n  - { id: a, kind: redis, url: redis://h, patterns: [{ match: "a*", dialect: ${dialect} }] }`
    expect(mistake(pinned('redlok'))).toContain('did you mean redlock?')
    expect(mistake(pinned('zookeeper'))).not.toContain('did you mean')
    expect(parse(pinned('none')).backends[0]?.patterns).toEqual([{ match: 'a*', dialect: 'none' }])
  })

  it('names all mistakes at once, in the order of the lines', () => {
    const text = 'store: 5\nbackends:\n  - { id: A, kind: redis, url: redis://h }\nlissten: {}'
    expect(
      mistake(text)
        .split('\n')
        .map((line) => line.split(':')[1]),
    ).toEqual(['1', '3', '4'])
    const unset = mistake(`demo: true\nstore: $${'{ONE}'}\nlisten: { host: "$${'{TWO}'}" }`)
    expect(unset).toMatch(/ONE.*\n.*TWO/)
  })

  it('wants something to watch', () => {
    expect(mistake('store: x.db')).toContain('/etc/lk.yaml: there is nothing to watch')
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
      expect(mistake(text)).toMatch(/^\/etc\/lk\.yaml:\d+:\d+: /)
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
