import { LockError, type Ordered } from '../core/index.ts'
import { stackOf } from './judge.ts'
import { acquire, acquireAtLast, tryOnce, using } from './taking.ts'
import type { Client, World } from './world.ts'

/** What one worker of a client does, in turns that chance picks. */
type Turn = (client: Client, world: World) => Promise<void>

const TURNS: readonly { weight: number; name: string; take: Turn }[] = [
  { weight: 14, name: 'acquire', take: acquire },
  { weight: 4, name: 'try', take: tryOnce },
  { weight: 2, name: 'using', take: using },
  { weight: 1, name: 'freeze', take: freeze },
  { weight: 1, name: 'hold back', take: holdBack },
  { weight: 1, name: 'ask', take: (client, world) => notify('ask', client, world) },
  { weight: 1, name: 'lapse', take: (client, world) => notify('lapse', client, world) },
  { weight: 1, name: 'close', take: close },
]
const WEIGHT = TURNS.reduce((sum, { weight }) => sum + weight, 0)

/** What a caller has to expect, and what only when something is broken. */
const EXPECTED: readonly LockError['code'][] = [
  'timeout',
  'aborted',
  'closed',
  'frozen',
  'lost',
  'lapsing',
  'asked',
]
const IN_TROUBLE: readonly LockError['code'][] = ['no_quorum', 'quarantined', 'backend_unavailable']

/** A whole one, as clients of a simulation make them. */
const TOKEN = /c\d00[0-9a-f]{12}0{16}/

export async function takeTurn(client: Client, world: World): Promise<void> {
  const { judge, chance } = world
  const { name, take } = drawTurn(chance.fraction() * WEIGHT)
  judge.tally.count(`turn: ${name}`)
  judge.trace?.(client.plan.id, () => `turn: ${name}`)
  try {
    await take(client, world)
  } catch (error) {
    failed(error, client, world)
  }
  await client.time.work.sleep(chance.between(0, 60))
}

function drawTurn(drawn: number): (typeof TURNS)[number] {
  let left = drawn
  for (const turn of TURNS) {
    left -= turn.weight
    if (left < 0) return turn
  }
  throw new RangeError(`no turn at ${drawn}`)
}

function failed(error: unknown, { plan }: Client, { judge, plan: { isCalm } }: World): void {
  if (!(error instanceof LockError)) {
    judge.blame(`${plan.id} failed with something else than a LockError: ${stackOf(error)}`)
    return
  }
  const { code, message, hint, votes, holder } = error
  if (TOKEN.test(JSON.stringify({ message, hint, votes, holder })))
    judge.blame(`${plan.id} was told a token: ${message}`)
  judge.tally.count(`error: ${code}`)
  judge.trace?.(plan.id, () => `${code}: ${message}`)
  if (EXPECTED.includes(code) || (!isCalm && IN_TROUBLE.includes(code))) return
  judge.blame(`${plan.id} failed although nothing was wrong: ${code}, ${message}`)
}

async function freeze(client: Client, { chance, judge, plan }: World): Promise<void> {
  const { name } = chance.pick(plan.names)
  const forMs = chance.whole(50, 700)
  const frozen = judge.freezes.ordering(name, forMs)
  frozen(becameOf(await client.locks.freeze(name, { forMs, message: 'a rehearsal' })))
  if (chance.happens(0.4)) return
  await client.time.work.sleep(chance.between(0, forMs))
  const unfrozen = judge.freezes.ordering(name, null)
  unfrozen(becameOf(await client.locks.unfreeze(name)))
}

const becameOf = ({ inForce, votes }: Ordered) => ({
  inForce,
  allAnswered: votes.every(({ outcome }) => outcome !== 'unknown'),
})

async function holdBack(client: Client, { chance, plan }: World): Promise<void> {
  await client.locks.holdBack(chance.pick(plan.names).name, { forMs: chance.whole(20, 400) })
}

async function notify(act: 'ask' | 'lapse', client: Client, world: World): Promise<void> {
  const { chance, clock, judge, plan } = world
  const { name } = chance.pick(plan.names)
  const calledAt = clock.now()
  const { inForce } = await client.locks[act](name, { message: 'please' })
  if (!inForce) return
  judge.tally.count(`in force: ${act}`)
  judge.notified(name, act, calledAt)
}

function close(client: Client): Promise<void> {
  return client.reopen()
}

/** Once nothing is broken any more everybody gets every lock. */
export async function lastLap(client: Client, world: World): Promise<void> {
  const { plan, judge } = world
  await Promise.all(
    plan.names.map(async ({ name, permits }) => {
      try {
        await acquireAtLast(name, permits, client, world)
      } catch (error) {
        judge.blame(`${client.plan.id} did not get ${name} at last: ${error}`)
      }
    }),
  )
}
