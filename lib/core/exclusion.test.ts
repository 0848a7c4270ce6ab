import { expect, test } from 'vitest'
import type { SimulatedNode } from '../simulation/simulated-node.ts'
import { type Simulation, simulate } from '../simulation/simulation.ts'
import type { Hold } from './hold.ts'

const TTL_MS = 600
const STEPS = 120
const SEEDS = 40

/** One disturbance: a node is stopped, slowed, killed or put right again. Any number of them at once. */
function disturb({ nodes, random, clock }: Simulation, quarantine: boolean): void {
  const node = nodes[Math.floor(random.fraction() * nodes.length)]
  if (!node) return
  const acts: ((node: SimulatedNode) => void)[] = [
    (one) => one.freeze(),
    (one) => one.thaw(),
    (one) => one.thaw(),
    (one) => one.kill(),
    (one) => one.start({ quarantine }),
    ...[1, 2, 3].map(() => (one: SimulatedNode) => {
      one.kill()
      one.start({ quarantine })
    }),
    (one) => {
      one.latencyMs = Math.floor(random.fraction() * 90)
    },
    (one) => {
      one.grantsLate = !one.grantsLate
    },
    () => clock.stall(random.fraction() * 50),
  ]
  acts[Math.floor(random.fraction() * acts.length)]?.(node)
}

/** How often a hold was granted, and how often while another could still be relied on. */
async function run(seed: number, count: number, quarantine: boolean) {
  const simulation = simulate(count, seed)
  const { clock, random, client } = simulation
  const held = new Set<Hold>()
  const found = { granted: 0, overlaps: 0 }
  const over = new AbortController()
  const work = async (service: string) => {
    const locks = client(service, { nodeTimeoutMs: 80 })
    while (!over.signal.aborted) {
      const autoRenew = random.fraction() < 0.5
      const options = { ttlMs: TTL_MS, waitMs: 2_000, autoRenew, signal: over.signal }
      const hold = await locks.acquire('x', options).catch(() => null)
      if (!hold) continue
      found.granted += 1
      found.overlaps += [...held].filter((other) => other.remainingMs() > 0).length
      held.add(hold)
      await clock.sleep(random.fraction() * 3 * TTL_MS, hold.signal)
      held.delete(hold)
      await hold.release()
    }
  }
  const workers = ['a', 'b', 'c'].map(work)
  for (let step = 0; step < STEPS; step++) {
    disturb(simulation, quarantine)
    await clock.advance(random.fraction() * 100)
  }
  for (const node of simulation.nodes) {
    node.thaw()
    node.start({ quarantine: false })
  }
  over.abort()
  await clock.until(Promise.all(workers))
  return found
}

const total = async (count: number, quarantine: boolean) => {
  const all = { granted: 0, overlaps: 0 }
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { granted, overlaps } = await run(seed, count, quarantine)
    all.granted += granted
    all.overlaps += overlaps
  }
  return all
}

test('whatever happens to the nodes of a quorum, no two holds can be relied on at once', async () => {
  const { granted, overlaps } = await total(5, true)
  expect(granted).toBeGreaterThan(SEEDS)
  expect(overlaps).toBe(0)
}, 60_000)

test('and this would be noticed: without quarantine they can', async () => {
  const { overlaps } = await total(5, false)
  expect(overlaps).toBeGreaterThan(0)
}, 60_000)
