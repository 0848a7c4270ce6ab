import { type Chance, createChance } from './chance.ts'

/** What one seed decides before anything runs. */
export interface Plan {
  seed: number
  /** 1 = a node that decides alone; 3 or 5 = a quorum. */
  voters: number
  names: readonly { name: string; permits: number }[]
  clients: readonly ClientPlan[]
  pace: Pace
  /** Which part of the messages gets lost. */
  losesMessages: number
  /** Nothing is broken: then nothing may go wrong either. */
  isCalm: boolean
  upsets: readonly { atMs: number; kind: UpsetKind }[]
  /** From then on nothing is broken any more. */
  healsAtMs: number
  /** How fast the clocks of the stores go. */
  rates: readonly number[]
}

export interface ClientPlan {
  id: string
  workers: number
  /** What each of them does before the last lap. */
  turns: number
  nodeTimeoutMs: number | null
  rate: number
  wallAheadMs: number
  preempted: number
}

/** How long a command, an answer or a message is under way. */
export interface Pace {
  usualMs: readonly [number, number]
  /** How often it takes much longer. */
  slow: number
  slowMs: readonly [number, number]
}

export const UPSET_KINDS = [
  'node frozen',
  'node restarted',
  'node restarted empty',
  'node flushed',
  'link cut',
  'node cut off',
  'answers lost',
  'store clock nudged',
  'store clock stepped',
  'client paused',
  'client killed',
  'hold wiped',
  'network slow',
] as const
export type UpsetKind = (typeof UPSET_KINDS)[number]

const LOSES_MEMORY: readonly UpsetKind[] = ['node restarted empty', 'node flushed']

/** What a simulation asks for at most, so that schedules stay short. */
export const LONGEST_TTL_MS = 900
export const SHORTEST_TTL_MS = 120
/** A clock may run ahead of another by a part of the time, which is less than what the library allows for. */
const MOST_DRIFT = 0.004

const PACES: readonly Pace[] = [
  { usualMs: [0.1, 2], slow: 0, slowMs: [0, 0] },
  { usualMs: [0.5, 6], slow: 0.03, slowMs: [6, 60] },
  { usualMs: [1, 25], slow: 0.08, slowMs: [25, 300] },
]
export const CALM_PACE: Pace = { usualMs: [0.2, 2.5], slow: 0, slowMs: [0, 0] }
export const BAD_PACE: Pace = { usualMs: [5, 60], slow: 0.25, slowMs: [60, 500] }

export function planFor(seed: number): Plan {
  const chance = createChance(seed)
  const isCalm = chance.happens(0.12)
  const voters = chance.pick([1, 1, 1, 1, 3, 3, 5])
  const kinds = isCalm ? [] : pickKinds(chance)
  const areClocksApart = !kinds.some((kind) => LOSES_MEMORY.includes(kind)) && chance.happens(0.3)
  const names = Array.from({ length: chance.pick([1, 1, 1, 2, 3]) }, (_, at) => ({
    name: `lock-${at + 1}`,
    permits: chance.pick([1, 1, 1, 1, 2, 3]),
  }))
  const pace = isCalm ? CALM_PACE : chance.pick(PACES)
  const clients = Array.from(
    { length: chance.whole(2, voters === 1 ? 5 : 4) },
    (_, at): ClientPlan => ({
      id: `c${at + 1}`,
      workers: chance.pick([1, 1, 1, 1, 1, 2, 2, 2, 4]),
      turns: chance.whole(1, 3),
      nodeTimeoutMs: isCalm || chance.happens(0.6) ? null : 5 + pace.usualMs[1] * chance.between(2, 6),
      rate: drawRate(chance),
      wallAheadMs: areClocksApart ? chance.between(-2_000, 2_000) : chance.between(-20, 20),
      preempted: !isCalm && chance.happens(0.08) ? 0.002 : 0,
    }),
  )
  const healsAtMs = chance.whole(600, 1_800)
  return {
    seed,
    voters,
    names,
    clients,
    pace,
    losesMessages: !isCalm && chance.happens(0.2) ? 0.3 : 0,
    isCalm,
    upsets: kinds.length === 0 ? [] : pickUpsets(chance, kinds, healsAtMs),
    healsAtMs,
    rates: Array.from({ length: voters }, () => drawRate(chance)),
  }
}

/** Often as fast or as slow as a clock may be. */
const drawRate = (chance: Chance): number =>
  1 + (chance.happens(0.5) ? chance.pick([-1, 1]) : chance.between(-1, 1)) * MOST_DRIFT

/** Some kinds only, so that each gets its chance. Fences promise nothing when memory is lost and clocks jump as well. */
function pickKinds(chance: Chance): UpsetKind[] {
  const kinds = Array.from({ length: chance.whole(1, 4) }, () => chance.pick(UPSET_KINDS))
  return kinds.some((kind) => LOSES_MEMORY.includes(kind))
    ? kinds.filter((kind) => kind !== 'store clock stepped' && kind !== 'store clock nudged')
    : kinds
}

const pickUpsets = (chance: Chance, kinds: readonly UpsetKind[], untilMs: number): Plan['upsets'] =>
  Array.from({ length: chance.whole(1, 7) }, () => ({
    atMs: chance.between(0, untilMs),
    kind: chance.pick(kinds),
  })).sort((a, b) => a.atMs - b.atMs)
