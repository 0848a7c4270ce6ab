import { setTimeout as pause } from 'node:timers/promises'
import { type CandidateId, commandsOf } from './candidates.ts'
import { countCommands } from './command-count.ts'
import type { Place } from './contender.ts'
import { type Contention, contentionOf } from './contention.ts'
import { openCrew, PROCESSES } from './crew.ts'
import { machineNow } from './machine-clock.ts'
import { closeClients, openClients } from './redis-clients.ts'
import { inTurn } from './rounds.ts'
import type { Settings } from './settings.ts'

/** How one lock is fought for. */
export interface Scenario {
  title: string
  clients: number
  thinkMs: number
  ids: readonly CandidateId[]
}

export interface Contended extends Contention {
  /** NaN where the servers don't count. */
  commandsPerHandOver: number
}

/** Everybody's turns in each scenario. */
export type Fights = Map<Scenario, Map<CandidateId, Contended[]>>

const HOLD_MS = 1
/** A turn has to be long against the waits of those who poll. */
const TURNS_LONG = 3
const LEAD_MS = 100

export async function measureContention(
  place: Place,
  scenarios: readonly Scenario[],
  { rounds, turnMs, takesPart }: Settings,
): Promise<Fights> {
  const everybody = scenarios.flatMap(({ ids }) => ids)
  const crew = await openCrew([...new Set(everybody)].filter(takesPart), place)
  const monitors = place.kind === 'etcd' ? [] : await openClients(place.urls)
  let turns = 0
  const fight = async (id: CandidateId, { clients, thinkMs }: Scenario, ms: number): Promise<Contended> => {
    turns += 1
    const startsAt = machineNow() + LEAD_MS
    const endsAt = startsAt + ms
    const times = { startsAt, endsAt, holdMs: HOLD_MS, thinkMs }
    const counted = counting(id, startsAt, endsAt)
    const records = await crew.turn(id, { lock: `stock/${turns}`, clients: clients / PROCESSES, ...times })
    const contention = contentionOf(records, times)
    return { ...contention, commandsPerHandOver: (await counted) / contention.handOvers }
  }
  const counting = async (id: CandidateId, startsAt: number, endsAt: number): Promise<number> => {
    if (monitors.length === 0) return Number.NaN
    await pause(startsAt - machineNow())
    const before = await countCommands(monitors, commandsOf(id))
    await pause(endsAt - machineNow())
    return (await countCommands(monitors, commandsOf(id))) - before
  }
  const fights: Fights = new Map()
  for (const scenario of scenarios) {
    const ids = scenario.ids.filter(takesPart)
    await inTurn(1, ids, (id) => fight(id, scenario, turnMs))
    fights.set(scenario, await inTurn(rounds, ids, (id) => fight(id, scenario, turnMs * TURNS_LONG)))
  }
  closeClients(monitors)
  crew.close()
  return fights
}
