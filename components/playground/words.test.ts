import { describe, expect, test } from 'vitest'
import { type DemoClient, type DemoNode, type DemoState, demoStateSchema } from '@/lib/fleet/demo.ts'
import { bundleWords, linksOf } from './links.ts'
import { lockSaid, narrate } from './words.ts'

const NOW = '2026-11-21T03:14:22.000Z'
const IDS = ['r1', 'r2', 'r3', 'r4', 'r5'] as const

const node = (id: string, more: Partial<DemoNode> = {}): DemoNode => ({
  id,
  address: '127.0.0.1:1',
  running: true,
  holder: null,
  remainingMs: null,
  quarantinedMs: null,
  ...more,
})

const client = (id: string, more: Partial<DemoClient> = {}): DemoClient => ({
  id,
  state: 'idle',
  remainingMs: null,
  ttlMs: null,
  last: null,
  ...more,
})

const stage = (nodes: DemoNode[], clients: DemoClient[]): DemoState =>
  demoStateSchema.parse({
    now: NOW,
    servers: 'real',
    backend: 'payments',
    lock: { id: 'l', name: 'playground/report.txt' },
    ttlMs: 10_000,
    clients,
    nodes,
  })

const dead = (id: string) => node(id, { running: false })
const tell = (state: DemoState) => narrate(state, Date.parse(NOW))

describe('the story of the stage', () => {
  test('begins with what there is to do', () => {
    const state = stage(
      IDS.map((id) => node(id)),
      [client('client-a')],
    )
    expect(tell(state).says).toContain('Nobody holds the lock')
    expect(lockSaid(state).look).toBe('free')
  })

  test('counts the nodes that say so, by the labels that they have', () => {
    const nodes = IDS.map((id) => node(id, { holder: 'client-a@playground' }))
    const state = stage(nodes, [client('client-a', { state: 'holding' }), client('client-b')])
    expect(tell(state).says).toBe('client-a holds the lock: 5 of 5 nodes say so.')
    expect(lockSaid(state).word).toBe('held by client-a')
  })

  test('a lock survives two dead nodes, without any to spare', () => {
    const nodes = IDS.map((id, i) => (i < 3 ? node(id, { holder: 'client-a@playground' }) : dead(id)))
    const told = tell(stage(nodes, [client('client-a', { state: 'holding' })]))
    expect(told.because).toContain('r4 and r5 are dead')
    expect(told.because).toContain('One more loss')
  })

  test('with three dead nodes nobody can know, and it is not called free', () => {
    const state = stage([node('r1'), node('r2'), dead('r3'), dead('r4'), dead('r5')], [client('client-a')])
    expect(lockSaid(state).look).toBe('unknown')
    expect(tell(state).says).toBe('3 nodes of 5 are dead: nobody can get the lock now.')
  })

  test('nodes that came back empty do not make a majority yet', () => {
    const nodes = IDS.map((id, i) => node(id, i < 3 ? { quarantinedMs: 9_000 } : {}))
    expect(lockSaid(stage(nodes, [client('client-a')])).look).toBe('quarantined')
  })

  test('an old failure is no news any more', () => {
    const last = { at: NOW, verb: 'acquire' as const, ok: false, says: 'No quorum.', votes: [] }
    const state = stage(
      IDS.map((id) => node(id)),
      [client('client-a', { last })],
    )
    expect(narrate(state, Date.parse(NOW) + 1_000).says).toBe('client-a: No quorum.')
    expect(narrate(state, Date.parse(NOW) + 60_000).says).toBe('The lock is free.')
  })
})

test('votes that stand and answers that failed are drawn as different lines', () => {
  const nodes = [node('r1', { holder: 'client-a@playground' }), dead('r2')]
  const last = {
    at: NOW,
    verb: 'acquire' as const,
    ok: false,
    says: '',
    votes: [
      { node: 'r1', outcome: 'refused' as const, says: '' },
      { node: 'r2', outcome: 'unknown' as const, says: '' },
    ],
  }
  const state = stage(nodes, [client('client-a', { state: 'holding' }), client('client-b', { last })])
  expect(linksOf(state).map((link) => `${link.client} ${link.node} ${link.is}`)).toEqual([
    'client-b r1 refused',
    'client-b r2 unknown',
    'client-a r1 vote',
  ])
  expect(state.clients.map((one) => bundleWords(state, one)?.says)).toEqual([
    '1 of 2 votes',
    '1 no, 1 no answer',
  ])
})
