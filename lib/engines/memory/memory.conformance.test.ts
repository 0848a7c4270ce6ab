import { describeConformance } from '../conformance/index.ts'
import { memoryProbe } from '../conformance/memory-probe.ts'
import { createMemoryNode } from './driver.ts'
import { memoryStore } from './store.ts'

const url = 'memory://conformance'

describeConformance('memory', async () => ({
  ttlMs: 800,
  maxTtlMs: 20_000,
  connect: () => [createMemoryNode({ id: 'm1', url })],
  probe: memoryProbe([url]),
  freeze: () => memoryStore(url).freeze(),
  freezeMinority: null,
  resume: () => memoryStore(url).resume(),
  close: async () => {},
}))
