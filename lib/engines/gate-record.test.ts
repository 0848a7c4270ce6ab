import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readGateRecord } from './owner-record.ts'

const read = (json: string) => readGateRecord(Buffer.from(json))

it('tells until when, by whom and why, as far as that is there', () => {
  expect(read('{"until":7,"by":"eve","message":"migration"}')).toEqual({
    ...{ until: 7, by: 'eve', message: 'migration' },
  })
  expect(read('{"until":7}')).toEqual({ until: 7, by: null, message: null })
  expect(read('{"until":7,"by":8,"message":["x"]}')).toEqual({ until: 7, by: null, message: null })
})

it('is no gate without a time at which it opens', () => {
  for (const json of ['', '{', 'null', '{}', '{"until":"x"}', '{"until":-1}', '{"until":1e300}'])
    expect(read(json), json).toBeNull()
})

it('shows nothing that is invisible, misleading or endless', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 1_000 }), (message) => {
      const shown = read(JSON.stringify({ until: 1, message }))?.message ?? ''
      expect(shown).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u)
      expect(shown.length).toBeLessThanOrEqual(300 * 8)
    }),
  )
})
