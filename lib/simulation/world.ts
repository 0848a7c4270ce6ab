import { createLocks, type LockNode, type Locks } from '../core/index.ts'
import { createMemoryNode } from '../engines/memory/driver.ts'
import { type Chance, createChance } from './chance.ts'
import { createClientNode } from './client-node.ts'
import { type ClientTime, createClientTime } from './client-time.ts'
import type { Judge } from './judge.ts'
import { JudgedStore } from './judged-store.ts'
import { type ClientPlan, LONGEST_TTL_MS, type Pace, type Plan } from './plan.ts'
import { type Sabotage, spoiledRate } from './sabotage.ts'
import { EPOCH_MS, type VirtualClock } from './virtual-clock.ts'

/** Everything that a schedule takes place in. */
export interface World {
  plan: Plan
  clock: VirtualClock
  chance: Chance
  judge: Judge
  alone: boolean
  stores: readonly JudgedStore[]
  clients: readonly Client[]
  pace: Pace
  /** By how much clocks were put back: so much longer may something last. */
  putBackMs: number
  /** What would end the upsets that last. */
  undo: Set<() => void>
}

/** One process. Its locks are made anew after they were closed. */
export interface Client {
  plan: ClientPlan
  time: ClientTime
  locks: Locks
  /** Resolves when it is killed. */
  killed: Promise<void>
  kill(): void
  /** Closes its locks, and opens new ones. */
  reopen(): Promise<void>
}

export function createWorld(plan: Plan, clock: VirtualClock, judge: Judge, sabotage: Sabotage): World {
  const chance = createChance(plan.seed + 0x5eed)
  const alone = plan.voters === 1
  const stores = plan.rates.map(
    (rate, at) =>
      new JudgedStore(
        `n${at + 1}`,
        alone,
        judge,
        () => EPOCH_MS + clock.now() * spoiledRate(rate, sabotage),
        (ms) => clock.sleep(ms),
      ),
  )
  const world: World = {
    ...{
      plan,
      clock,
      chance,
      judge,
      alone,
      stores,
      clients: [],
      pace: plan.pace,
      putBackMs: 0,
      undo: new Set(),
    },
  }
  for (const store of stores) store.delayMs = () => delayMs(world.pace, chance)
  const quarantineMs = alone ? null : sabotage.withoutQuarantine ? 0 : LONGEST_TTL_MS
  world.clients = plan.clients.map((one) => createClient(one, world, quarantineMs, sabotage))
  return world
}

const delayMs = ({ usualMs, slow, slowMs }: Pace, chance: Chance): number =>
  slow > 0 && chance.happens(slow) ? chance.between(...slowMs) : chance.between(...usualMs)

function createClient(
  plan: ClientPlan,
  world: World,
  quarantineMs: number | null,
  sabotage: Sabotage,
): Client {
  const { clock, chance, judge, stores } = world
  const time = createClientTime(clock, chance, plan)
  const nodes = stores.map((store) =>
    createClientNode(createMemoryNode({ id: store.id, url: '', store, quarantineMs, client: plan.id }), {
      time,
      store,
      losesMessage: () => chance.happens(world.plan.losesMessages),
      sabotage,
    }),
  )
  let tokens = 0
  const random = {
    token() {
      tokens += 1
      return `${plan.id.padEnd(4, '0')}${tokens.toString(16).padStart(12, '0')}`.padEnd(32, '0')
    },
    fraction: () => chance.fraction(),
  }
  let opened = 0
  const open = (): Locks => {
    opened += 1
    return createLocks({
      backend: { id: 'simulated', nodes: nodes as readonly LockNode[], maxTtlMs: LONGEST_TTL_MS },
      owner: { service: plan.id, host: 'h', pid: 1, process: `${plan.id}.${opened}` },
      ...{ clock: time.library, random },
      ...(plan.nodeTimeoutMs === null ? {} : { nodeTimeoutMs: plan.nodeTimeoutMs }),
    })
  }
  let kill = () => {}
  const killed = new Promise<void>((resolve) => {
    kill = resolve
  })
  const client: Client = {
    plan,
    time,
    locks: open(),
    killed,
    kill() {
      time.kill()
      kill()
    },
    async reopen() {
      const { locks } = client
      judge.closes(plan.id)
      await locks.close()
      if (time.pending > 0) judge.blame(`${plan.id} sleeps on after it was closed: ${time.pending} timers`)
      client.locks = open()
    },
  }
  return client
}
