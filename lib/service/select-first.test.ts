import fc from 'fast-check'
import { expect, it } from 'vitest'
import { selectFirst } from './select-first.ts'

const ascending = (a: number, b: number) => a - b

it('finds the first of them as sorting would, and which of these is the last', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1 }), fc.nat(), (items, some) => {
      const count = 1 + (some % items.length)
      const sorted = [...items].sort(ascending)
      const selected = [...items]
      selectFirst(selected, count, ascending)
      expect(selected.slice(0, count).sort(ascending)).toEqual(sorted.slice(0, count))
      expect(selected[count - 1]).toBe(sorted[count - 1])
      expect(selected.sort(ascending)).toEqual(sorted)
    }),
  )
})
