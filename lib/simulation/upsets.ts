import { BAD_PACE, type UpsetKind } from './plan.ts'
import type { World } from './world.ts'

/** What one upset does. It ends by itself, or when everything is healed. */
type Upset = (world: World) => void

const LONGEST_MS = 1_500
/** Against what the library allows for: two milliseconds within any TTL. */
const MOST_NUDGED_MS = 1.4

const UPSETS: Record<UpsetKind, Upset> = {
  'node frozen'(world) {
    const store = world.chance.pick(world.stores)
    store.freeze()
    later(world, () => store.resume())
  },
  'node restarted'(world) {
    const store = world.chance.pick(world.stores)
    store.stop()
    later(world, () => store.start({ empty: false }))
  },
  'node restarted empty'(world) {
    const store = world.chance.pick(world.stores)
    store.stop()
    later(world, () => {
      if (!store.running) losesMemory(world)
      store.start({ empty: true })
    })
  },
  'node flushed'(world) {
    losesMemory(world)
    world.chance.pick(world.stores).forget()
  },
  'link cut'(world) {
    const { plan } = world.chance.pick(world.clients)
    cut(world, plan.id)
  },
  'node cut off'(world) {
    cut(world, null)
  },
  'answers lost'({ chance, stores }) {
    chance.pick(stores).loseAnswers(chance.whole(1, 4))
  },
  'store clock nudged'({ chance, stores }) {
    const store = chance.pick(stores)
    if (nudged.has(store)) return
    nudged.add(store)
    store.stepClock(chance.between(-MOST_NUDGED_MS, MOST_NUDGED_MS))
  },
  'store clock stepped'(world) {
    const { chance, judge, stores } = world
    const stepMs = chance.between(-600, 600)
    chance.pick(stores).stepClock(stepMs)
    world.putBackMs += Math.max(0, -stepMs)
    if (stepMs < 0) return
    // What ends early may be granted to the next: only fences protect.
    judge.revoke(null)
    judge.freezes.forget(null)
  },
  'client paused'(world) {
    const { time } = world.chance.pick(world.clients)
    time.pause()
    later(world, () => time.goOn())
  },
  'client killed'({ chance, clients }) {
    const living = clients.filter(({ time }) => time.state !== 'dead')
    if (living.length > 1) chance.pick(living).kill()
  },
  'hold wiped'({ chance, judge, stores, plan }) {
    const { name } = chance.pick(plan.names)
    judge.revoke(name)
    for (const store of chance.happens(0.5) ? stores : [chance.pick(stores)])
      store.use(name, (lock) => {
        lock.holds = []
      })
  },
  'network slow'(world) {
    world.pace = BAD_PACE
    later(world, () => {
      world.pace = world.plan.pace
    })
  },
}

const nudged = new WeakSet<object>()

export function upset(world: World, kind: UpsetKind): void {
  world.judge.tally.count(`upset: ${kind}`)
  world.judge.trace?.('upset', () => kind)
  UPSETS[kind](world)
}

/** Nothing is broken any more, except who is dead. */
export function heal(world: World): void {
  for (const undo of [...world.undo]) undo()
  for (const store of world.stores) store.loseAnswers(0)
  for (const { time } of world.clients) time.goOn()
}

function later({ clock, chance, undo }: World, run: () => void): void {
  const once = () => {
    if (undo.delete(once)) run()
  }
  undo.add(once)
  clock.after(chance.between(1, LONGEST_MS), once)
}

/** On a lone node nothing is left that could refuse; a quorum's others, and its quarantine, still must. */
function losesMemory({ alone, judge }: World): void {
  if (alone) judge.revoke(null)
  judge.freezes.forget(null)
}

const cuts = new WeakMap<object, Set<string | null>>()

function cut(world: World, client: string | null): void {
  const store = world.chance.pick(world.stores)
  const cutOff = cuts.get(store) ?? new Set()
  cuts.set(store, cutOff.add(client))
  store.partition(client)
  later(world, () => {
    cutOff.delete(client)
    store.heal()
    for (const other of cutOff) store.partition(other)
  })
}
