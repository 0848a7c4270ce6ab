import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { backendSpecSchema } from '../spec.ts'

const kinds = backendSpecSchema.options.map((option) => option.shape.kind.value)

/**
 * One kind has a run for each way to name it. Quorums have no engine of their own: their runs are here, one for each kind
 * of node.
 */
const RUNS: Record<(typeof kinds)[number], Record<string, string[]>> = {
  memory: { url: ['../memory/memory.conformance.test.ts'] },
  redis: {
    url: ['../redis/redis.conformance.test.ts'],
    sentinel: ['../redis/redis-sentinel.conformance.test.ts'],
    cluster: ['../redis/redis-cluster.conformance.test.ts'],
  },
  redlock: { nodes: ['./redlock.conformance.test.ts', './redlock-memory.conformance.test.ts'] },
  etcd: { endpoints: ['../etcd/etcd.conformance.test.ts'] },
}

const WAYS = ['url', 'nodes', 'endpoints', 'sentinel', 'cluster']

test('there are kinds to cover', () => {
  expect(kinds).toContain('redlock')
  expect(kinds.length).toBeGreaterThan(3)
})

for (const { shape } of backendSpecSchema.options) {
  const kind = shape.kind.value
  test(`${kind} has a conformance run for each way to name it`, () => {
    const ways = Object.keys(shape).filter((field) => WAYS.includes(field))
    expect(ways.length).toBeGreaterThan(0)
    expect(Object.keys(RUNS[kind]).sort()).toEqual(ways.sort())
    for (const run of Object.values(RUNS[kind]).flat()) {
      expect(readFileSync(new URL(run, import.meta.url), 'utf8')).toContain('describeConformance(')
    }
  })
}
