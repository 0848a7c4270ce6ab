import { describe, expect, it } from 'vitest'
import type { NodeOutcome } from '../fleet/plan.ts'
import { outcome } from './outcome.ts'
import { sampleLock } from './sample-lock.ts'

type Came = NodeOutcome['outcome'] | 'as planned'

const result = (...outcomes: Came[]) =>
  outcome(
    sampleLock({ quorum: { needed: Math.floor(outcomes.length / 2) + 1, of: outcomes.length } }),
    outcomes.map((each, index) => ({
      planned: each === 'as planned' ? 'leave' : 'delete',
      came: { node: `n${index + 1}`, outcome: each === 'as planned' ? 'left' : each, says: '' },
    })),
  )

describe('the result of a release', () => {
  it('is freed when a majority is known to be without the hold', () => {
    expect(result('freed').result).toBe('freed')
    expect(result('freed', 'freed', 'freed', 'unreachable', 'unreachable').result).toBe('freed')
    expect(result('freed', 'already-gone', 'as planned', 'unknown', 'unknown').result).toBe('freed')
  })

  it('names the nodes that keep what they have', () => {
    expect(result('freed', 'freed', 'unreachable').says).toContain('n3')
  })

  it('is partly when some were freed but fewer than a grant needs', () => {
    expect(result('freed', 'freed', 'unreachable', 'unreachable', 'unreachable').result).toBe('partly')
  })

  it('is unknown when the nodes that did not tell could make the difference', () => {
    expect(result('freed', 'unknown', 'unknown').result).toBe('unknown')
    expect(result('unknown').result).toBe('unknown')
  })

  it('is nothing when a node refused to free it', () => {
    expect(result('left')).toMatchObject({ result: 'nothing', says: 'Nothing was freed.' })
    expect(result('freed', 'left', 'left').result).toBe('partly')
  })

  it('is nothing when the hold had ended or nobody could be reached', () => {
    expect(result('already-gone', 'already-gone', 'other-holder').result).toBe('nothing')
    expect(result('unreachable', 'unreachable', 'as planned').result).toBe('nothing')
  })
})
