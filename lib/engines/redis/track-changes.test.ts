import { describe, expect, it } from 'vitest'
import { withoutOverlap } from './track-changes.ts'

describe('prefixes to track', () => {
  it('never begin one with another, which Redis refuses', () => {
    expect(withoutOverlap(['lk:{', 'job:', 'job:a', 'lk:{'])).toEqual(['lk:{', 'job:'])
    expect(withoutOverlap(['lk:{', ''])).toEqual([''])
  })
})
