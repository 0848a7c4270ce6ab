import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startDemo } from '../demo/start-demo.ts'
import { openBackend } from '../engines/registry.ts'
import type { Lock } from '../fleet/lock.ts'
import { type ProblemCode, problemCodeSchema } from '../fleet/problem.ts'
import { createService, type RunningService } from '../service/compose.ts'
import { createWatch } from '../watch/create-watch.ts'
import { schemaErrors } from './check-schema.ts'
import { openApi } from './openapi.ts'
import { API_ROUTES } from './openapi-routes.ts'
import { PROBLEM_STATUS } from './problem-status.ts'
import { holdRuntime, runtime } from './runtime.ts'
import { appRoutes, routesOver } from './test-routes.ts'

vi.mock('server-only', () => ({}))

const doc = JSON.parse(JSON.stringify(openApi())) as {
  paths: Record<string, Record<string, { parameters: { name: string; in: string; schema: unknown }[] }>>
  components: { schemas: Record<string, unknown>; responses: Record<string, { description: string }> }
}
const refusals = doc.components.responses.Refused?.description ?? ''
const schema = (name: string) => doc.components.schemas[name]
const wrong = (name: string, value: unknown) => schemaErrors(schema(name), value, doc)

describe('the description of the API', () => {
  it('has every route of the app with its methods, and no other', async () => {
    const routes = (await appRoutes()).filter(({ path }) => path.startsWith('/api/v1/'))
    const ofApp = routes.flatMap(({ path, methods }) =>
      methods.map((method) => `${method} ${path.replace(/\[(\w+)\]/g, '{$1}')}`),
    )
    const told = Object.entries(doc.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(told.sort()).toEqual(ofApp.sort())
  })

  it('tells of every parameter, with what may stand in it', () => {
    const locks = doc.paths['/api/v1/locks']?.get?.parameters ?? []
    expect(locks.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['q', 'sort', 'limit', 'cursor', 'line']),
    )
    expect(locks.find(({ name }) => name === 'limit')?.schema).toMatchObject({
      type: 'integer',
      maximum: 500,
    })
    const apply = doc.paths['/api/v1/plans/{id}/apply']?.post?.parameters ?? []
    expect(apply.map((each) => `${each.in} ${each.name}`)).toEqual(['path id', 'header Idempotency-Key'])
  })

  it('tells of every code that a refusal may have, and its status', () => {
    for (const code of problemCodeSchema.options)
      expect(refusals).toContain(`\`${code}\` ${PROBLEM_STATUS[code]}`)
    const told = Object.values(doc.paths).flatMap((methods) => Object.values(methods))
    for (const each of told)
      expect(each).toMatchObject({ responses: { default: { $ref: '#/components/responses/Refused' } } })
  })

  it('leads nowhere that is not there, and needs nothing that is not a schema', () => {
    const text = JSON.stringify(doc)
    const names = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name ?? '')
    expect(names.length).toBeGreaterThan(20)
    expect(names.filter((name) => schema(name) === undefined)).toEqual([])
    expect(text).not.toMatch(/"\$id"|"\$schema"|"\$defs"/)
  })
})

describe('what the routes answer', () => {
  let dir: string
  let running: RunningService
  let ask: Awaited<ReturnType<typeof routesOver>>

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'lockkeeper-openapi-'))
    running = await createService(
      {
        ...{
          file: null,
          listen: { host: '127.0.0.1', port: 3000, publicOrigin: null },
          demo: true,
          backends: [],
        },
        store: join(dir, 'console.db'),
      },
      {
        openBackend,
        createWatch,
        startDemo: () => startDemo({ path: '' }),
        now: Date.now,
        log: () => {},
      },
    )
    ask = await routesOver(running.service)
    const lively = async () => {
      const { counts } = await running.service.overview()
      expect(Math.min(counts.held, counts.waiting)).toBeGreaterThan(0)
    }
    await vi.waitFor(lively, { timeout: 20_000, interval: 50 })
  }, 40_000)
  afterAll(async () => {
    await running.close()
    rmSync(dir, { recursive: true })
  }, 20_000)

  const json = async (path: string, init?: RequestInit) => {
    const response = await ask(`/api/v1${path}`, init)
    expect([path, response.headers.get('cache-control')]).toEqual([path, 'no-store'])
    return { status: response.status, body: await response.json() }
  }
  const post = (path: string, body: unknown, headers = {}) =>
    json(path, { method: 'POST', body: JSON.stringify(body), headers })
  const held = async (): Promise<Lock> => {
    const { items } = await running.service.locks({
      q: 'state:held',
      sort: 'name',
      limit: 1,
      cursor: null,
      line: false,
    })
    if (!items[0]) throw new Error('nothing is held')
    return items[0]
  }

  it('is as described, for everything that is read', async () => {
    const { id } = await held()
    const seen: string[] = []
    for (const { method, path, answer, media = ['application/json'] } of API_ROUTES) {
      if (method !== 'get' || !answer || path.startsWith('/plans') || !media.includes('application/json'))
        continue
      const { status, body } = await json(path.replace('{id}', id))
      expect([path, status]).toEqual([path, 200])
      expect([path, wrong(answer.name, body)]).toEqual([path, []])
      seen.push(path)
    }
    expect(seen).toEqual(
      expect.arrayContaining(['/locks', '/export', '/findings', '/waits-for', '/timeline']),
    )
    expect((await json('/openapi.json')).body).toEqual(doc)
    expect(wrong('LocksPage', (await json('/locks?line=1&q=state:held')).body)).toEqual([])
  })

  it('is ready once all was read, and tells metrics of what happens', async () => {
    const ready = await ask('/readyz')
    expect([ready.status, await ready.json()]).toMatchObject([200, { ready: true, missing: [] }])
    const counted = async () => {
      const text = await (await ask('/metrics')).text()
      expect(text).toMatch(/^lockkeeper_hold_seconds_count\{backend="[a-z-]+"\} [1-9]/m)
      expect(text).toMatch(/^lockkeeper_locks\{backend="[a-z-]+",state="held"\} [1-9]/m)
    }
    await vi.waitFor(counted, { timeout: 20_000, interval: 100 })
  })

  it('is as described, for frames', async () => {
    const response = await ask('/api/v1/events?q=&overview=1&nodes=1&demo=1&line=1')
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (!/\ndata: .*\n\n/.test(text)) text += (await reader?.read())?.value ?? ''
    await reader?.cancel()
    const frame: unknown = JSON.parse(/\ndata: (.*)\n\n/.exec(text)?.[1] ?? '')
    expect(wrong('Frame', frame)).toEqual([])
    expect(Object.keys(frame as object)).toEqual(expect.arrayContaining(['locks', 'overview', 'backends']))
  })

  it('is as described, for plans, for the playground, and for every refusal', async () => {
    const { id, seen } = await held()
    const made = await post('/plans', { act: 'release', locks: [{ id, seen }] })
    if (made.status === 200) {
      expect(wrong('Plan', made.body)).toEqual([])
      const plan = (made.body as { id: string }).id
      expect(wrong('Plan', (await json(`/plans/${plan}`)).body)).toEqual([])
      const key = { 'idempotency-key': 'a-key-of-my-own' }
      const applied = await post(
        `/plans/${plan}/apply`,
        { reason: 'it is stuck', confirm: 'no such name' },
        key,
      )
      expect(wrong(applied.status === 200 ? 'Applied' : 'Problem', applied.body)).toEqual([])
    } else expect(wrong('Problem', made.body)).toEqual([])
    const { clients } = await running.service.demo()
    const acted = await post('/demo/acts', { act: 'acquire', client: clients[0]?.id })
    expect([acted.status, wrong('DemoState', acted.body)]).toEqual([200, []])
  })

  const refused = async (path: string, init?: RequestInit) => {
    const { status, body } = await json(path, init)
    expect([path, wrong('Problem', body)]).toEqual([path, []])
    const { error } = body as { error: { code: ProblemCode; message: string } }
    expect([path, status]).toEqual([path, PROBLEM_STATUS[error.code]])
    expect(refusals).toContain(`\`${error.code}\` ${status}`)
    expect(error.message).toMatch(/\.$/)
    return error.code
  }

  it.each([
    ...['/locks?q=colour:red', '/locks?sort=colour', '/locks?limit=0', '/locks?limit=501', '/locks?cursor='],
    ...[
      '/locks?cursor=nonsense',
      '/locks?colour=red',
      `/locks?q=${'x'.repeat(1_001)}`,
      '/timeline?q=ttl:soon',
    ],
    ...[
      '/timeline?from=yesterday',
      '/timeline?limit=51',
      '/export?format=xml',
      '/export?q=ttl:soon',
      '/audit?limit=x',
    ],
    ...["/audit?cursor=1'%20or%201", '/events?rows=0', '/events?q=colour:red', '/nodes?x=1', '/overview?x=1'],
    ...['/timeline?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z'],
  ])('refuses %s as invalid, as described', async (path) => {
    expect(await refused(path)).toBe('invalid')
  })

  it.each(['/locks/nope', '/locks/nope/timeline', '/plans/nope'])(
    'knows nothing of %s, as described',
    async (path) => {
      expect(await refused(path)).toBe('not_found')
    },
  )

  it('refuses what it is not asked as it should be, as described', async () => {
    const { id, seen } = await held()
    const act = JSON.stringify({ act: 'release', locks: [{ id, seen }] })
    const ask = (body: string, headers = {}) => refused('/plans', { method: 'POST', body, headers })
    expect(await ask('{')).toBe('invalid')
    expect(await ask('{"act":"drop"}')).toBe('invalid')
    expect(await ask(' '.repeat(70_000))).toBe('invalid')
    expect(await ask(act, { 'content-type': 'text/plain' })).toBe('invalid')
    expect(await ask(act, { origin: 'http://evil.example' })).toBe('forbidden')
    expect(await ask(JSON.stringify({ act: 'release', locks: [{ id, seen: 'r1=other' }] }))).toBe('changed')
    expect(await refused('/overview', { headers: { host: 'evil.example' } })).toBe('forbidden')
    const apply = { method: 'POST', body: JSON.stringify({ reason: 'stuck', confirm: 'x' }) }
    expect(await refused('/plans/nope/apply', apply)).toBe('invalid')
    const key = { 'idempotency-key': 'another-key-of-mine' }
    expect(await refused('/plans/nope/apply', { ...apply, headers: key })).toBe('not_found')
  })

  it('is that it is not ready, while it starts', async () => {
    const held = runtime()
    holdRuntime(null)
    try {
      const response = await ask('/api/v1/locks')
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
      for (const path of ['/locks', '/overview', '/export', '/openapi.json', '/events'])
        expect([path, await refused(path)]).toEqual([path, 'busy'])
      for (const path of ['/healthz', '/readyz', '/metrics']) expect((await ask(path)).status).toBe(503)
    } finally {
      holdRuntime(held)
    }
  })

  it('is an answer or a refusal whatever stands in a query, never a mistake of the console', async () => {
    const { id } = await held()
    const word = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(
        id,
        '',
        '0',
        '-1',
        '1',
        'csv',
        'json',
        'name',
        '-ttl',
        'trouble',
        'state:held',
        'ttl:<5s',
      ),
      fc.constantFrom(
        '2026-11-21T03:00:00Z',
        '9999-12-31T23:59:59Z',
        'bnVsbA',
        'W10',
        '__proto__',
        `${id},x,${id}`,
      ),
    )
    const routes = API_ROUTES.filter(
      ({ method, path }) => method === 'get' && path !== '/events' && path !== '/demo',
    )
    const asked = fc.constantFrom(...routes).chain((route) => {
      const names = [...Object.keys(route.query.shape), 'colour']
      return fc.tuple(
        word.map((part) => route.path.replace('{id}', encodeURIComponent(part || 'x'))),
        fc.dictionary(fc.constantFrom(...names), word, { maxKeys: 3 }),
      )
    })
    await fc.assert(
      fc.asyncProperty(asked, async ([path, query]) => {
        const response = await ask(`/api/v1${path}?${new URLSearchParams(query)}`)
        await response.text()
        expect([200, 400, 404]).toContain(response.status)
      }),
      { numRuns: 300 },
    )
  }, 60_000)

  it('would be found out if it were otherwise', async () => {
    const { body } = await json('/locks?q=state:held&limit=1')
    const page = body as { items: Record<string, unknown>[] }
    const [item] = page.items
    expect(wrong('LocksPage', { ...page, items: [{ ...item, token: 'secret' }] })).toEqual([
      expect.stringContaining('token: is not spoken of'),
    ])
    expect(wrong('LocksPage', { ...page, items: [{ ...item, state: 'gone' }] })).toHaveLength(1)
    expect(wrong('LocksPage', { ...page, total: -1 })).toHaveLength(1)
    expect(wrong('LocksPage', { ...page, now: 'yesterday' })).toHaveLength(1)
    const { items: _items, ...rest } = page
    expect(wrong('LocksPage', rest)).toEqual([expect.stringContaining('has no items')])
  })
})
