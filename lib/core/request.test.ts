import { expect, test } from 'vitest'
import { simulate } from '../simulation/simulation.ts'
import { createLocks } from './locks.ts'

const bad: [string, string, number, number?][] = [
  ['no name', '', 1_000],
  ['a NUL in it', 'a\0b', 1_000],
  ['a name that is too long', 'ä'.repeat(513), 1_000],
  ['half a surrogate pair', 'a\ud800', 1_000],
  ['a TTL of nothing', 'x', 0],
  ['a negative TTL', 'x', -5],
  ['a TTL that drift alone eats up', 'x', 2],
  ['a TTL that is no number', 'x', Number.NaN],
  ['a TTL beyond what the backend allows', 'x', 60_001],
  ['a negative wait', 'x', 1_000, -1],
]

for (const [what, name, ttlMs, waitMs = 0] of bad) {
  test(`refuses ${what} before any node is asked`, async () => {
    const { nodes, client } = simulate(3)
    const asked = client('a').acquire(name, { ttlMs, waitMs })
    await expect(asked).rejects.toMatchObject({ code: 'invalid', hint: expect.stringMatching(/./) })
    expect(nodes.every((node) => node.asked.attempt === 0)).toBe(true)
  })
}

for (const options of [
  { permits: 0 },
  { permits: -1 },
  { permits: 1.5 },
  { permits: 1_001 },
  { minReplicas: -1 },
]) {
  test(`refuses ${JSON.stringify(options)} before any node is asked`, async () => {
    const { nodes, client } = simulate(3)
    const asked = client('a').tryAcquire('x', { ttlMs: 1_000, ...options })
    await expect(asked).rejects.toMatchObject({ code: 'invalid', hint: expect.stringMatching(/./) })
    expect(nodes.every((node) => node.asked.attempt === 0)).toBe(true)
  })
}

test('a node that is named twice is no quorum', () => {
  const { nodes } = simulate(3)
  const twice = { id: 'twice', nodes: [...nodes, ...nodes.slice(0, 1)], maxTtlMs: 1_000 }
  expect(() => createLocks({ backend: twice, owner: { service: 'a' } })).toThrow('counts a node twice')
})

test('takes the longest name and TTL that are allowed', async () => {
  const { clock, client } = simulate(3)
  const hold = await clock.until(client('a').acquire('ä'.repeat(512), { ttlMs: 60_000 }))
  expect(hold.ttlMs).toBe(60_000)
})
