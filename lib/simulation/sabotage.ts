import type { Answer, Ask } from '../core/index.ts'

/** Ways to break on purpose what a schedule stands on, to see that its judge notices. */
export interface Sabotage {
  /** Voters that lost their memory vote at once. */
  withoutQuarantine?: boolean
  /** Stores carry out what is asked for whenever it arrives. */
  grantsLate?: boolean
  /** All holds get the same fence. */
  sameFence?: boolean
  /** The clocks of the stores run faster than the library allows for. */
  fastStores?: boolean
}

const FOR_EVER_MS = 1e12

export const spoiledAsk = (ask: Ask, { grantsLate }: Sabotage): Ask =>
  grantsLate ? { ...ask, withinMs: FOR_EVER_MS } : ask

export const spoiledAnswer = (answer: Answer, { sameFence }: Sabotage): Answer =>
  sameFence && answer.outcome === 'granted' && answer.fence !== null ? { ...answer, fence: '1' } : answer

export const spoiledRate = (rate: number, { fastStores }: Sabotage): number =>
  fastStores ? rate * 1.1 : rate
