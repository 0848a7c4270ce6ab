import { expect, it } from 'vitest'
import { verdictOf } from './verdict.ts'

it('meets a goal only when every bound is kept', () => {
  const kept = { value: 1.3, of: 'x raw', least: 1.3 }
  expect(verdictOf([kept, { value: 2.5, of: 'commands', most: 2.5 }])).toBe('met')
  expect(verdictOf([kept, { value: 2.6, of: 'commands', most: 2.5 }])).toBe('missed: commands')
})

it('takes what could not be measured for missed', () => {
  expect(verdictOf([{ value: Number.NaN, of: 'Jain', least: 0.98 }])).toBe('missed: Jain')
})

it('only publishes what has no bound', () => {
  expect(verdictOf([{ value: 0.9, of: 'x peer' }])).toBe('published')
})
