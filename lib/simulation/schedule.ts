import { liveHolds, liveWaiters } from '../engines/memory/lock.ts'
import { createJudge, type Judge, stackOf } from './judge.ts'
import { LONGEST_TTL_MS, type Plan, planFor } from './plan.ts'
import type { Sabotage } from './sabotage.ts'
import type { Tally } from './tally.ts'
import { heal, upset } from './upsets.ts'
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts'
import { lastLap, takeTurn } from './work.ts'
import { type Client, createWorld, type World } from './world.ts'

export interface Outcome {
  seed: number
  /** What went wrong first; null when nothing did. */
  verdict: string | null
  tally: Tally
}

export interface ScheduleOptions {
  /** Told everything, line by line. */
  print?: (line: string) => void
  sabotage?: Sabotage
}

const MOST_MS = 60_000
/** A release that was overtaken by what it takes back is told again after a pause. */
const TOLD_AGAIN_MS = 100

/** Everything that this seed stands for, from beginning to end; the same every time. */
export async function runSchedule(
  seed: number,
  { print, sabotage = {} }: ScheduleOptions = {},
): Promise<Outcome> {
  const plan = planFor(seed)
  const clock = createVirtualClock()
  const judge = createJudge(clock, plan.isCalm, print ? tracing(print, clock) : null)
  const world = createWorld(plan, clock, judge, sabotage)
  const unhandled = (reason: unknown) => judge.blame(`nobody handles a rejection: ${stackOf(reason)}`)
  process.on('unhandledRejection', unhandled)
  try {
    await play(world)
  } catch (error) {
    judge.blame(`the schedule broke off: ${stackOf(error)}`)
  } finally {
    process.off('unhandledRejection', unhandled)
  }
  count(plan, judge)
  return { seed, verdict: judge.verdict, tally: judge.tally }
}

async function play(world: World): Promise<void> {
  const { plan, clock, clients } = world
  let isOver = false
  const look = () => {
    if (isOver) return
    world.judge.look()
    clock.after(world.chance.between(5, 50), look)
  }
  look()
  for (const { atMs, kind } of plan.upsets) clock.after(atMs, () => upset(world, kind))
  const healed = clock.sleep(plan.healsAtMs).then(() => heal(world))
  const played = Promise.all(
    clients.map((client) => Promise.race([client.killed, live(client, healed, world)])),
  )
  await inTime(played, world)
  isOver = true
  if (plan.isCalm) {
    await clock.advance(TOLD_AGAIN_MS)
    findLeftovers('although nothing was broken', world)
  }
  await clock.advance(2 * LONGEST_TTL_MS + world.putBackMs)
  findLeftovers('after all time was over', world)
  await inTime(Promise.all(clients.filter(isAlive).map((client) => client.reopen())), world)
  await clock.advance(20)
  findLeftovers('after closing', world)
}

const isAlive = ({ time }: Client): boolean => time.state !== 'dead'

async function live(client: Client, healed: Promise<void>, world: World): Promise<void> {
  const { plan } = client
  const work = async () => {
    for (let turn = 0; turn < plan.turns; turn++) await takeTurn(client, world)
  }
  await Promise.all(Array.from({ length: plan.workers }, work))
  await healed
  await lastLap(client, world)
}

async function inTime(task: Promise<unknown>, { clock, judge }: World): Promise<void> {
  const over = new AbortController()
  const late = clock.sleep(MOST_MS, over.signal).then(() => 'late')
  if ((await clock.until(Promise.race([task, late]))) === 'late') judge.blame(`something never ends`)
  over.abort()
}

function findLeftovers(when: string, { stores, judge }: World): void {
  for (const store of stores)
    for (const [name, lock] of store.locks) {
      const now = store.now()
      const holders = liveHolds(lock, now).map(({ owner }) => `held by ${owner.process}`)
      const waiters = liveWaiters(lock, now).map(({ owner }) => `waited for by ${owner.process}`)
      const left = [...holders, ...waiters]
      if (left.length > 0) judge.blame(`${store.id} ${name} is left ${when}: ${left.join(', ')}`)
    }
}

const tracing =
  (print: (line: string) => void, clock: VirtualClock): NonNullable<Judge['trace']> =>
  (who, says) => {
    const words = says()
    if (words !== null) print(`${clock.now().toFixed(3).padStart(9)}  ${who.padEnd(12)} ${words}`)
  }

function count({ voters, isCalm, losesMessages, clients, upsets }: Plan, { tally }: Judge): void {
  tally.count('schedules')
  tally.count(`schedules: ${voters === 1 ? 'a lone node' : `a quorum of ${voters}`}`)
  if (isCalm) tally.count('schedules: nothing broken')
  if (losesMessages > 0) tally.count('schedules: messages get lost')
  if (clients.some(({ preempted }) => preempted > 0)) tally.count('schedules: processes are preempted')
  if (upsets.length > 1) tally.count('schedules: several upsets')
}
