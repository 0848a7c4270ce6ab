import type { PairRates } from './pair-rates.ts'
import { atLeast, everybody, standingOf } from './standing.ts'
import type { Line } from './verdict.ts'

/** How many locks are in use at once, where many are. */
export const AT_ONCE = 64

interface Goals {
  together: { overRaw: number; overPeer: number }
  alone: { overRaw: number; overPeer?: number }
}

export function pairLines(rates: (count: number) => PairRates, { together, alone }: Goals): Line[] {
  const many = standingOf(rates(AT_ONCE).perSecond)
  const one = standingOf(rates(1).perSecond)
  const overPeer = { value: one.overPeer, of: 'x peer', ...(alone.overPeer && { least: alone.overPeer }) }
  return [
    {
      scenario: `${AT_ONCE} locks at once`,
      ...many,
      findings: [
        ...atLeast(many.overRaw, 'x raw', together.overRaw),
        ...atLeast(many.overPeer, 'x peer', together.overPeer),
      ],
    },
    {
      scenario: 'one client in sequence',
      ...one,
      findings: [...atLeast(one.overRaw, 'x raw', alone.overRaw), overPeer],
    },
  ]
}

export const pairsOfEverybody = (rates: (count: number) => PairRates): string =>
  everybody([
    [`${AT_ONCE} at once`, rates(AT_ONCE).perSecond],
    ["client's CPU, us", rates(AT_ONCE).cpuUs],
    ['in sequence', rates(1).perSecond],
    ["client's CPU, us", rates(1).cpuUs],
  ])
