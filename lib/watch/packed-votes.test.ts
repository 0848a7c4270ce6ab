import { describe, expect, it } from 'vitest'
import type { SeenHolder } from '../fleet/sighting.ts'
import { merged, seenHolder, voters } from '../fleet/test-locks.ts'
import type { VoterSays } from '../fleet/voter.ts'
import { VotePacker } from './packed-votes.ts'

const votesOf = (says: readonly VoterSays[]) => {
  const { votes, holders } = merged(says)
  return { votes, holder: holders[0] ?? null }
}

describe('votes that name the holder', () => {
  const packer = new VotePacker()
  const packed = (says: readonly VoterSays[]) => {
    const { votes, holder } = votesOf(says)
    return packer.pack(votes, holder)
  }

  it.each<[string, Partial<SeenHolder>]>([
    ['an end', {}],
    ['none', { remainingMs: null, remainingIs: 'none' }],
    ['one that is not known', { remainingMs: null, remainingIs: 'unknown' }],
  ])('are what they were, each with its own age and latency, with %s', (_, over) => {
    const says = voters('AAA').map((voter, index): VoterSays => {
      if (voter.says !== 'sighting') return voter
      const readAt = voter.sighting.readAt - 7 * index
      return {
        ...{ node: voter.node, says: 'sighting', latencyMs: index === 1 ? null : 0.25 * index },
        sighting: { ...voter.sighting, holders: [seenHolder('A', over)], readAt },
      }
    })
    const { votes, holder } = votesOf(says)
    if (!holder) throw new Error('nobody holds it')
    expect(packed(says)?.unpack('A', holder.label, holder.remainingIs)).toEqual(votes)
  })

  it('are not packed together with any that say something else', () => {
    expect(packed(voters('AAA'))).not.toBeNull()
    for (const word of ['AA.', 'AA?', 'AAB', 'A?.']) expect(packed(voters(word)), word).toBeNull()
    const otherLabel = [...voters('AA'), ...voters('A', 0, () => ({ label: 'somebody else' }))]
    expect(packed(otherLabel)).toBeNull()
    const endless = voters('A', 0, () => ({ remainingMs: null, remainingIs: 'none' }))
    expect(packed([...voters('AA'), ...endless])).toBeNull()
  })
})
