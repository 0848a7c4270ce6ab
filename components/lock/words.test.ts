import { describe, expect, test } from 'vitest'
import { at, sampleHolder, sampleLock } from '../testing/sample.ts'
import { gateWords, permitWords, quietWords, votesNote } from './words.ts'

describe('what is said of a lock', () => {
  test('of a semaphore how many permits are taken, and of no one that he holds it', () => {
    const lock = sampleLock({ kind: 'semaphore', permits: 3, holders: [sampleHolder(), sampleHolder()] })
    expect(permitWords(lock)).toBe('2 of 3 permits taken')
    expect(quietWords(lock)).toBe('2 of 3 permits taken, and nothing about it needs a look.')
    expect(votesNote(lock)).toBe('2 of 3 permits taken, each by 3 of 5')
    expect(permitWords(sampleLock())).toBeNull()
  })

  test('until when it is frozen, by whom and why', () => {
    const until = at(60_000)
    const frozen = gateWords({ state: 'frozen', until, by: 'eve', message: 'migration' })
    expect(frozen).toMatch(/^Frozen until [\d:]+ by eve: migration$/)
    expect(gateWords({ state: 'held-back', until, by: null, message: null })).toMatch(
      /^Held back until [\d:]+\.$/,
    )
    const gate = { state: 'frozen', until, by: null, message: null } as const
    expect(quietWords(sampleLock({ state: 'frozen', holders: [], gate }))).toMatch(/nobody is granted/)
  })
})
