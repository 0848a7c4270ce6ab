import { expect, test } from 'vitest'
import { freshnessOf } from './freshness.ts'

test('a page that has just opened is connecting, not stale', () => {
  expect(freshnessOf({ openedAt: 1_000, lastFrameAt: null, ended: false }, 2_000)).toEqual({
    is: 'connecting',
  })
})

test('a page that never heard anything turns stale and claims no age', () => {
  expect(freshnessOf({ openedAt: 0, lastFrameAt: null, ended: false }, 5_000)).toEqual({
    is: 'stale',
    ageMs: null,
  })
})

test('a page is live as long as frames keep coming', () => {
  expect(freshnessOf({ openedAt: 0, lastFrameAt: 9_000, ended: false }, 9_400)).toEqual({
    is: 'live',
    ageMs: 400,
  })
})

test('opening the stream again does not make old news fresh', () => {
  expect(freshnessOf({ openedAt: 19_900, lastFrameAt: 9_000, ended: false }, 20_000)).toEqual({
    is: 'stale',
    ageMs: 11_000,
  })
})

test('a page that was told of the end is stale at once', () => {
  expect(freshnessOf({ openedAt: 0, lastFrameAt: 9_000, ended: true }, 9_100)).toEqual({
    is: 'stale',
    ageMs: 100,
  })
})
