import { expect, it } from 'vitest'
import type { FleetBackend } from '../fleet/node.ts'
import { readinessOf } from './readiness.ts'

const node = (state: 'answers' | 'no-answer' | 'unknown') => ({ state }) as FleetBackend['nodes'][number]
const backend = (id: string, more: Partial<FleetBackend>): FleetBackend => ({
  ...{ id, kind: 'redis', environment: null, demo: false, nodes: [node('answers')] },
  ...{ quorum: { needed: 1, of: 1, answering: 1 }, canLose: null, reading: 'pushed', sweptAt: null },
  ...more,
})
const swept = { sweptAt: '2026-01-01T00:00:00Z' }
const writable = () => {}

it('is ready when everything that answers was read in full', async () => {
  const backends = [
    backend('a', swept),
    backend('b', { nodes: [node('no-answer')] }),
    backend('c', { trouble: 'The password is refused.' }),
  ]
  expect(await readinessOf(backends, writable)).toEqual({
    ready: true,
    store: 'writable',
    backends: [
      { id: 'a', state: 'read' },
      { id: 'b', state: 'unreachable' },
      { id: 'c', state: 'unreachable' },
    ],
    missing: [],
  })
})

it('names what has not been read yet', async () => {
  const backends = [backend('a', swept), backend('b', { nodes: [node('answers'), node('no-answer')] })]
  expect(await readinessOf(backends, writable)).toMatchObject({
    ready: false,
    missing: ['The backend b has not been read in full yet.'],
  })
})

it('does not take a node that nobody has asked yet for unreachable', async () => {
  expect((await readinessOf([backend('a', { nodes: [node('unknown')] })], writable)).ready).toBe(false)
})

it('is not ready when nothing can be written down', async () => {
  const full = () => {
    throw new Error('disk full')
  }
  expect(await readinessOf([backend('a', swept)], full)).toMatchObject({
    ready: false,
    store: 'not-writable',
  })
  const late = () => Promise.reject(new Error('disk full'))
  expect((await readinessOf([], late)).missing).toEqual(['The store cannot be written.'])
})
