import { expect, it, vi } from 'vitest'
import type { Readiness } from '../fleet/readiness.ts'
import { metricsResponse, readyResponse } from './probes.ts'

vi.mock('server-only', () => ({}))

const ready: Readiness = { ready: true, store: 'writable', backends: [], missing: [] }
const answer = async (readiness: () => Promise<Readiness>) => {
  const response = await readyResponse({ readiness }, 50)
  return { status: response.status, ...((await response.json()) as Readiness) }
}

it('says 200 when the service is ready, and 503 with what is missing when it is not', async () => {
  expect(await answer(async () => ready)).toMatchObject({ status: 200, ready: true })
  const missing = ['The store cannot be written.']
  expect(await answer(async () => ({ ...ready, ready: false, missing }))).toMatchObject({
    status: 503,
    missing,
  })
})

it('does not wait for a thread that says nothing, nor claims to know what it does not', async () => {
  const silent = await answer(() => new Promise(() => {}))
  expect(silent).toMatchObject({ status: 503, ready: false, store: 'unknown' })
  expect(silent.missing).toEqual(['The service thread gives no answer.'])
  expect(await answer(() => Promise.reject(new Error('at redis://ana:secret@h')))).toMatchObject({
    status: 503,
    missing: ['The service thread could not answer.'],
  })
})

it('hands out metrics as the text that scrapers read', async () => {
  const response = await metricsResponse({ metrics: async () => 'a 1\n' })
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(await response.text()).toBe('a 1\n')
})
