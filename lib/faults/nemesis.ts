import type { Fault, TcpProxy } from '../rig/tcp-proxy.ts'
import type { Arena } from './arena.ts'
import { RESUMED } from './old-leader.ts'
import { sleep } from './scene.ts'

/** Something that is broken for a while: what it is, and how it is mended. */
interface Breakage {
  says: string
  mend(): Promise<void> | void
}

type Chance = () => number

const pick = <T>(items: readonly T[], chance: Chance): T => {
  const item = items[Math.floor(chance() * items.length)]
  if (item === undefined) throw new Error('nothing to pick from')
  return item
}

const somewhereIn = (from: number, to: number, chance: Chance): number => from + chance() * (to - from)

function breakLinks(links: readonly TcpProxy[], fault: Fault, whose: string): Breakage {
  for (const link of links) link.set(fault)
  return {
    says: `${fault.kind} ${'direction' in fault ? (fault.direction ?? 'both ways') : ''} on ${whose}`,
    mend() {
      for (const link of links) link.heal()
    },
  }
}

function linkFault(ttlMs: number, chance: Chance): Fault {
  const direction = pick(['both ways', 'to-server', 'to-client'] as const, chance)
  const towards = direction === 'both ways' ? {} : { direction }
  return pick<Fault>(
    [
      { kind: 'delay', ms: somewhereIn(0, ttlMs / 3, chance), jitterMs: ttlMs / 5, ...towards },
      { kind: 'stall', ...towards },
      { kind: 'swallow', ...towards },
      { kind: 'cut-reply', afterBytes: Math.floor(chance() * 40) },
      { kind: 'refuse' },
    ],
    chance,
  )
}

/** The ways to break something, by chance. */
const WAYS: ((arena: Arena, chance: Chance) => Breakage | Promise<Breakage>)[] = [
  function pauseWorker({ seats }, chance) {
    const { worker } = pick(seats, chance)
    worker.pause()
    return { says: `${worker.name} stands still`, mend: () => worker.resume() }
  },
  async function replaceWorker(arena, chance) {
    const seat = pick(arena.seats, chance)
    const { name } = seat.worker
    await arena.replace(seat)
    return { says: `${name} was killed`, mend() {} }
  },
  function freezeServer({ fleet, scene }, chance) {
    const server = Math.floor(chance() * fleet.processes.length)
    const process = fleet.processes[server]
    process?.freeze()
    return {
      says: `server ${server} stands still`,
      mend() {
        scene.note('mend', { detail: `server ${server} ${RESUMED}` })
        process?.resume()
      },
    }
  },
  async function restartServer(arena, chance) {
    const server = Math.floor(chance() * arena.fleet.processes.length)
    await arena.restart(server)
    return { says: `server ${server} was killed and started again`, mend() {} }
  },
  function breakOneLink({ seats, ttlMs }, chance) {
    const { worker, links } = pick(seats, chance)
    return breakLinks([pick(links, chance)], linkFault(ttlMs, chance), `one link of ${worker.name}`)
  },
  function cutOff({ seats, ttlMs }, chance) {
    const { worker, links } = pick(seats, chance)
    return breakLinks(links, linkFault(ttlMs, chance), `all links of ${worker.name}`)
  },
  function resetAll({ seats }) {
    for (const { links } of seats) for (const link of links) link.cut()
    return { says: 'all connections were reset', mend() {} }
  },
]

/** Breaks things for so long, up to three at once, and mends all of them in the end. The order of things is the seed's. */
export async function rage(arena: Arena, chance: Chance, forMs: number): Promise<number> {
  const until = performance.now() + forMs
  const mending = new Set<Promise<void>>()
  let broken = 0
  while (performance.now() < until) {
    if (mending.size < 3) {
      const breakage = await pick(WAYS, chance)(arena, chance)
      broken += 1
      arena.scene.note('break', { detail: breakage.says })
      const mended = sleep(somewhereIn(0.1, 2.2, chance) * arena.ttlMs).then(breakage.mend)
      const done = mended.then(() => void mending.delete(done))
      mending.add(done)
    }
    await sleep(somewhereIn(50, 700, chance))
  }
  await Promise.all(mending)
  arena.scene.note('heal')
  return broken
}
