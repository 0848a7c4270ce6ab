import type { AcquireOptions, Hold, Locks } from '../core/index.ts'
import { defaultNodeTimeoutMs } from '../core/means.ts'
import type { Chance } from './chance.ts'
import { LONGEST_TTL_MS, SHORTEST_TTL_MS } from './plan.ts'
import type { Client, World } from './world.ts'

/** Takes a lock, keeps it for a while and gives it back, in all ways that callers have. */

type Options = AcquireOptions & { permits: number }

export async function acquire(client: Client, world: World): Promise<void> {
  const { name, options } = wishFor(world)
  const waits = { ...options, waitMs: world.chance.happens(0.2) ? 0 : world.chance.between(1, 1_500) }
  const hold = await within(name, waits, client, world, (locks, asked) => locks.acquire(name, asked))
  await keep(hold, client, world)
}

export async function tryOnce(client: Client, world: World): Promise<void> {
  const { name, options } = wishFor(world)
  const take = async (locks: Locks) => {
    const tried = await locks.tryAcquire(name, options)
    if (!tried.granted) world.judge.tally.count(`refused: ${tried.why}`)
    return tried.granted ? tried.hold : null
  }
  const hold = await within(name, options, client, world, take)
  if (hold) await keep(hold, client, world)
}

export async function using(client: Client, world: World): Promise<void> {
  const { name, options } = wishFor(world)
  const calledAt = world.clock.now()
  await client.locks.using(name, { ...options, waitMs: 500 }, async (hold) => {
    report(hold, calledAt, client, world)
    await client.time.work.sleep(world.chance.between(0, hold.ttlMs), hold.signal)
    world.judge.givesBack(hold)
  })
}

/** With all the patience there is. */
export async function acquireAtLast(
  name: string,
  permits: number,
  client: Client,
  world: World,
): Promise<void> {
  const { chance, clock } = world
  const ttlMs = chance.whole(SHORTEST_TTL_MS, LONGEST_TTL_MS)
  const calledAt = clock.now()
  const hold = await client.locks.acquire(name, { ttlMs, permits, waitMs: AT_LAST_MS })
  report(hold, calledAt, client, world)
  world.judge.tally.count('granted at last')
  await client.time.work.sleep(chance.between(0, 20))
  await giveBack(hold, world)
}

const AT_LAST_MS = 20_000

function wishFor({ chance, plan }: World): { name: string; options: Options } {
  const { name, permits } = chance.pick(plan.names)
  const options: Options = { permits, ttlMs: chance.whole(SHORTEST_TTL_MS, LONGEST_TTL_MS) }
  if (chance.happens(0.4)) options.autoRenew = chance.happens(0.3)
  if (chance.happens(0.1)) options.renewWhile = renewWhile(chance)
  return { name, options }
}

/** A holder that finds itself healthy, or stuck, or can't tell, or is so stuck that it says nothing. */
const renewWhile = (chance: Chance) => async (): Promise<boolean> => {
  if (chance.happens(0.1)) throw new Error('can not tell')
  if (chance.happens(0.1)) return new Promise(() => {})
  return chance.happens(0.7)
}

/** Sees to it that asking ends in time, whatever the nodes do, and sometimes gives up. */
async function within<T extends Hold | null>(
  name: string,
  options: Options,
  client: Client,
  world: World,
  take: (locks: Locks, options: Options) => Promise<T>,
): Promise<T> {
  const { chance, clock, judge } = world
  const { plan, time, locks } = client
  const giveUp = chance.happens(0.15) ? new AbortController() : null
  const calledAt = clock.now()
  let endsAt = calledAt + (options.waitMs ?? 0) / time.rate
  if (giveUp)
    time.work.after(chance.between(0, 400), () => {
      endsAt = Math.min(endsAt, clock.now())
      giveUp.abort()
    })
  const graceMs = mostAfterwardsMs(options, client, world)
  try {
    const hold = await take(locks, giveUp ? { ...options, signal: giveUp.signal } : options)
    if (hold) report(hold, calledAt, client, world)
    return hold
  } finally {
    const lateMs = clock.now() - endsAt
    const stoodStill = Math.max(time.runsSince, clock.stalledUntil) > calledAt
    if (lateMs > graceMs && !stoodStill)
      judge.blame(`${plan.id} was answered ${lateMs.toFixed()} ms late when it asked for ${name}`)
  }
}

/** How long the last of its questions may take: each node has its time, for each of them. */
function mostAfterwardsMs({ ttlMs, permits }: Options, { plan, time }: Client, world: World): number {
  const { voters } = world.plan
  const nodeTimeoutMs = plan.nodeTimeoutMs ?? defaultNodeTimeoutMs(voters, ttlMs)
  const questions = 3 + voters + 4 * (world.alone ? 1 : permits)
  return (nodeTimeoutMs * questions) / time.rate + 20
}

function report(hold: Hold, calledAt: number, { plan, time }: Client, { alone, judge }: World): void {
  const remainingMs = () => time.aside(() => hold.remainingMs()).toFixed()
  judge.trace?.(plan.id, () => `holds ${hold.name}, fence ${hold.fence}, for ${remainingMs()} ms`)
  judge.held({ name: hold.name, permits: hold.permits, client: plan.id, time, hold, calledAt, alone })
}

async function keep(hold: Hold, client: Client, world: World): Promise<void> {
  const { chance, clock, judge } = world
  const { time } = client
  if (!world.plan.isCalm && chance.happens(0.06)) {
    judge.tally.count('upset: holder paused')
    time.pause()
    clock.after(chance.between(0, 2 * hold.ttlMs), () => time.goOn())
  }
  if (chance.happens(0.85)) await time.work.sleep(chance.between(0, 0.5 * hold.ttlMs), hold.signal)
  if (chance.happens(0.2)) await renew(hold, client, world)
  // Some never let go before they are told to, whether or not they are renewed.
  if (chance.happens(0.2)) await time.work.sleep(chance.between(1, 2) * hold.ttlMs, hold.signal)
  await giveBack(hold, world)
}

async function renew(hold: Hold, { plan, time }: Client, { judge }: World): Promise<void> {
  const renewed = await hold.renew()
  judge.trace?.(plan.id, () => `renews ${hold.name}: ${renewed}`)
  judge.look()
  if (renewed && time.aside(() => hold.remainingMs()) === 0 && !time.mayBePreempted)
    judge.blame(`${plan.id} renewed its hold of ${hold.name}, and it was over`)
}

async function giveBack(hold: Hold, { chance, judge }: World): Promise<void> {
  judge.givesBack(hold)
  const released = hold.release()
  if (hold.remainingMs() > 0) judge.blame(`a hold of ${hold.name} outlived its release`)
  const again = chance.happens(0.1) ? hold.release() : null
  if (chance.happens(0.8)) await Promise.all([released, again])
}
