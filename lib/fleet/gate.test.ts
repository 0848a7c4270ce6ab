import { describe, expect, it } from 'vitest'
import type { SeenGate } from './sighting.ts'
import { at, merged, seenHolder, seenWaiter, sighting, T0 } from './test-locks.ts'
import type { VoterSays } from './voter.ts'

const frozen = (ms: number): SeenGate => ({
  freeze: { until: T0 + ms, by: 'eve', message: `until ${ms}` },
  holdBack: null,
})
const heldBack = (ms: number): SeenGate => ({ freeze: null, holdBack: { until: T0 + ms } })

const says = (gates: (SeenGate | null)[], over: Parameters<typeof sighting>[2] = {}): VoterSays[] =>
  gates.map((gate, index) => ({
    ...{ node: `n${index + 1}`, says: 'sighting', latencyMs: 1 },
    sighting: sighting(null, 0, { gate, ...over }),
  }))

describe('a lock whose gate is closed', () => {
  it('is frozen when nobody holds it, whoever waits, and says until when and why', () => {
    const waiters = { known: true as const, count: 1, list: [seenWaiter('W')] }
    const gate = { state: 'frozen', until: at(5_000), by: 'eve', message: 'until 5000' }
    expect(merged(says([frozen(5_000)], { waiters }))).toMatchObject({
      ...{ state: 'frozen', gate, waiters: { count: 1 }, releaseBlocked: 'Nobody holds it.' },
    })
    expect(merged(says([heldBack(5_000)]))).toMatchObject({
      ...{ state: 'held-back', gate: { state: 'held-back', until: at(5_000), by: null, message: null } },
    })
  })

  it('stays held by whoever holds it', () => {
    const held = merged(says([frozen(5_000)], { holders: [seenHolder('A')] }))
    expect(held).toMatchObject({ state: 'held', gate: { state: 'frozen' }, holders: [{ tokenDigest: 'A' }] })
  })

  it('opens when the time is over, a freeze and a hold-back one after the other', () => {
    expect(merged(says([frozen(0)]))).toMatchObject({ state: 'free', gate: null })
    const both = { ...frozen(1_000), holdBack: { until: T0 + 4_000 } }
    expect(merged(says([both])).gate).toMatchObject({ state: 'frozen', until: at(4_000) })
  })

  it('is closed on a quorum only while a majority has it closed', () => {
    const few = [frozen(9_000), frozen(8_000), null, null, null]
    expect(merged(says(few))).toMatchObject({ state: 'free', gate: null })
    const enough = [frozen(9_000), frozen(8_000), frozen(3_000), null, null]
    expect(merged(says(enough)).gate).toMatchObject({ until: at(3_000), message: 'until 9000' })
    const mixed = [frozen(9_000), frozen(8_000), heldBack(3_000), null, null]
    expect(merged(says(mixed)).gate).toMatchObject({ state: 'held-back', until: at(3_000) })
  })
})
