import { describe, expect, test } from 'vitest'
import { checkFilter, meantFilter, pieces, slipOf, statesIn, toggleState } from './filter-terms.ts'

describe('switching a state in the filter', () => {
  test('adds a term of its own', () => {
    expect(toggleState('billing', 'held')).toBe('state:held billing')
  })

  test('joins the states that are there already', () => {
    expect(toggleState('state:held -cache', 'waiting')).toBe('state:held,waiting -cache')
  })

  test('takes the term away with its last state', () => {
    expect(toggleState('orders state:held', 'held')).toBe('orders')
  })

  test('leaves a negated state alone', () => {
    expect(toggleState('-state:free', 'held')).toBe('state:held -state:free')
    expect(statesIn('-state:free')).toEqual([])
  })
})

test('a slip in the filter is told with what would be right', () => {
  const checked = checkFilter('status:held')
  expect(checked.problem?.hint).toContain('state')
})

test('what was written with spaces is understood, and names are left alone', () => {
  expect(meantFilter('held > 10m orders')).toBe('held:>10m orders')
  expect(meantFilter('ttl<5s state = held')).toBe('ttl:<5s state:held')
  expect(meantFilter('held:>10m')).toBeNull()
  expect(meantFilter('size > 10')).toBeNull()
  expect(meantFilter('orders/42')).toBeNull()
})

test('cutting the text loses nothing', () => {
  const text = 'backend:demo,jobs  orders/ -dialect:"etcd queue" x'
  expect(
    pieces(text)
      .map((piece) => piece.text)
      .join(''),
  ).toBe(text)
  expect(pieces(text).flatMap((piece) => piece.key ?? [])).toEqual(['backend', 'dialect'])
})

test('a slip is cut out at its place, also within a term', () => {
  const text = 'orders state:held,gone x'
  const cut = pieces(text, slipOf(checkFilter(text).problem))
  expect(cut.map((piece) => piece.text).join('')).toBe(text)
  expect(cut.filter(({ slip }) => slip)).toEqual([{ text: 'gone', at: 18, key: 'state', slip: true }])
  expect(slipOf(checkFilter('orders').problem)).toBeNull()
})
