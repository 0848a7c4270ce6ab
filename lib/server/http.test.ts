import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { Problem } from '../fleet/problem.ts'
import type { Service } from '../service/service.ts'
import { idempotencyKey, locksAsk, nothingAsked } from './asks.ts'
import { reading, writing } from './http.ts'
import { holdRuntime, type Runtime } from './runtime.ts'

vi.mock('server-only', () => ({}))

const HERE = 'http://127.0.0.1:3000'
const bodySchema = z.strictObject({ act: z.literal('release') })
const written = vi.fn(async () => ({ done: true }))
const write = writing(bodySchema, written)
const none = { params: Promise.resolve({}) }

const hold = (publicOrigin: string | null = null) => {
  const runtime: Runtime = {
    service: {} as Service,
    about: { servers: null, backends: [] },
    publicOrigin,
    onClosing: () => () => {},
    close: async () => {},
  }
  holdRuntime(runtime)
}
const ask = (path: string, headers: Record<string, string> = {}) =>
  new Request(`${HERE}${path}`, { headers: { host: '127.0.0.1:3000', ...headers } })
const post = (headers: Record<string, string> = {}, body: string = '{"act":"release"}') =>
  new Request(`${HERE}/api/v1/plans`, {
    method: 'POST',
    body,
    headers: { host: '127.0.0.1:3000', origin: HERE, 'content-type': 'application/json', ...headers },
  })
const told = async (response: Response) => ({ status: response.status, ...(await response.json()) })

beforeEach(() => {
  hold()
  written.mockClear()
})
afterEach(() => vi.restoreAllMocks())

describe('a route that reads', () => {
  it('answers JSON that nobody keeps', async () => {
    const response = await reading(nothingAsked, async () => ({ locks: 3 }))(ask('/'), none)
    expect(await told(response)).toEqual({ status: 200, locks: 3 })
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  it('refuses a host name that is not ours', async () => {
    const work = vi.fn()
    const response = await reading(nothingAsked, work)(ask('/', { host: 'evil.example' }), none)
    expect(await told(response)).toMatchObject({ status: 403, error: { code: 'forbidden' } })
    expect(work).not.toHaveBeenCalled()
  })

  it.each(['cross-site', 'same-site'])(
    'refuses pages elsewhere, which the browser calls %s',
    async (site) => {
      const work = vi.fn()
      const response = await reading(nothingAsked, work)(ask('/', { 'sec-fetch-site': site }), none)
      expect(await told(response)).toMatchObject({ status: 403, error: { code: 'forbidden' } })
      expect(work).not.toHaveBeenCalled()
    },
  )

  it.each(['same-origin', 'none'])('answers our own pages and the address bar: %s', async (site) => {
    const route = reading(nothingAsked, async () => ({}))
    expect((await route(ask('/', { 'sec-fetch-site': site }), none)).status).toBe(200)
  })

  it('answers under the public name', async () => {
    hold('https://locks.example.com')
    const route = reading(nothingAsked, async () => ({}))
    expect((await route(ask('/', { host: 'locks.example.com' }), none)).status).toBe(200)
  })

  it('fills in what the query leaves out, and refuses what it does not know', async () => {
    const route = reading(locksAsk, async ({ query }) => query)
    expect(await told(await route(ask('/?q=a%20b&line=1'), none))).toEqual({
      ...{ status: 200, q: 'a b', sort: 'trouble', limit: 100, cursor: null, line: true },
    })
    for (const query of ['?limit=501', '?limit=x', '?line=yes', '?colour=red']) {
      expect(await told(await route(ask(`/${query}`), none))).toMatchObject({
        status: 400,
        error: { code: 'invalid' },
      })
    }
  })

  it.each([
    ['not_found', 404],
    ['changed', 409],
    ['plan_expired', 410],
    ['name_mismatch', 422],
    ['audit_unavailable', 503],
  ] as const)('answers the problem %s with %i and all its facts', async (code, status) => {
    const problem = new Problem(code, 'It is so.', { hint: 'Do this.', details: { was: 1 } })
    const response = await reading(nothingAsked, () => Promise.reject(problem))(ask('/'), none)
    const error = { code, message: 'It is so.', hint: 'Do this.', details: { was: 1 } }
    expect(await told(response)).toEqual({ status, error })
  })

  it('says when to ask again when there is no room', async () => {
    const full = reading(nothingAsked, () => Promise.reject(new Problem('busy', 'full')))
    const response = await full(ask('/'), none)
    expect(response.status).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('knows a problem that was made by another copy of its class', async () => {
    const facts = { code: 'changed', message: 'It is so.', hint: null }
    const foreign = Object.assign(new Error('It is so.'), { name: 'Problem', facts })
    const response = await reading(nothingAsked, () => Promise.reject(foreign))(ask('/'), none)
    expect(await told(response)).toMatchObject({ status: 409, error: facts })
  })

  it('tells nothing of an unexpected error, and logs it without credentials', async () => {
    const log = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const failing = () => Promise.reject(new TypeError('at redis://ana:secret@h'))
    const response = await reading(nothingAsked, failing)(ask('/'), none)
    const answer = await told(response)
    expect(answer).toMatchObject({ status: 500, error: { code: 'internal' } })
    expect(JSON.stringify(answer)).not.toContain('secret')
    expect(String(log.mock.calls[0]?.[0])).toContain('TypeError')
    expect(String(log.mock.calls[0]?.[0])).not.toContain('secret')
  })
})

describe('a route that changes something', () => {
  it('hands on a valid body that comes from our own page', async () => {
    expect(await told(await write(post(), none))).toEqual({ status: 200, done: true })
    expect(written).toHaveBeenCalledWith(expect.objectContaining({ body: { act: 'release' } }))
  })

  it.each<[string, Record<string, string>]>([
    ['no origin', { origin: '' }],
    ['another origin', { origin: 'http://evil.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:4000' }],
    ['another site, as the browser says', { 'sec-fetch-site': 'cross-site' }],
    ['a host name that is not ours', { host: 'evil.example', origin: 'http://evil.example' }],
  ])('refuses %s', async (_what, headers) => {
    const request = post(headers)
    if (headers.origin === '') request.headers.delete('origin')
    expect(await told(await write(request, none))).toMatchObject({
      status: 403,
      error: { code: 'forbidden' },
    })
    expect(written).not.toHaveBeenCalled()
  })

  it.each<[string, Record<string, string>, string]>([
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'act=release'],
    ['text that happens to be JSON', { 'content-type': 'text/plain' }, '{"act":"release"}'],
    ['broken JSON', {}, '{"act":'],
    ['a field too many', {}, '{"act":"release","force":true}'],
    ['more than 64 KB', {}, `{"act":"release"${' '.repeat(70_000)}}`],
  ])('refuses %s', async (_what, headers, body) => {
    expect(await told(await write(post(headers, body), none))).toMatchObject({
      status: 400,
      error: { code: 'invalid' },
    })
    expect(written).not.toHaveBeenCalled()
  })
})

describe('the key of an act', () => {
  it('is needed, and is of printable characters', () => {
    expect(idempotencyKey(ask('/', { 'idempotency-key': 'a1b2c3d4-e5' }))).toBe('a1b2c3d4-e5')
    expect(() => idempotencyKey(ask('/'))).toThrow('Idempotency-Key')
    expect(() => idempotencyKey(ask('/', { 'idempotency-key': 'short' }))).toThrow('Idempotency-Key')
    expect(() => idempotencyKey(ask('/', { 'idempotency-key': 'with a space in it' }))).toThrow()
  })
})
