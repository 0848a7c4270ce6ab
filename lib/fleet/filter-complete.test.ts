import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { completionsAt } from './filter-complete.ts'
import { filterWords } from './filter-words.ts'

const known = { backend: ['payments', 'jobs'], holder: ['worker 3', 'mail'] }
/** `|` is the caret. */
const at = (marked: string) => completionsAt(marked.replace('|', ''), marked.indexOf('|'), known)
const labels = (marked: string) => at(marked).map(({ label }) => label)
const chosen = (marked: string, label: string) => {
  const text = marked.replace('|', '')
  const found = at(marked).find((each) => each.label === label)
  return found && text.slice(0, found.from) + found.insert + text.slice(found.to)
}

describe('what completes a filter', () => {
  it('is a key where a word begins', () => {
    expect(labels('|')).toContain('state:')
    expect(labels('sta|')).toEqual(['state:'])
    expect(labels('-ho|')).toEqual(['holder:'])
    expect(labels('orders |')).toContain('ttl:')
    expect(labels('orders|')).toEqual([])
    expect(labels('"sta|')).toEqual([])
  })

  it('is a value of the key that stands in front', () => {
    expect(labels('state:|')).toEqual(expect.arrayContaining(['held', 'split']))
    expect(labels('state:fr|')).toEqual(['free', 'frozen'])
    expect(labels('state:back|')).toEqual(['held-back'])
    expect(labels('backend:|')).toEqual(['payments', 'jobs'])
    expect(labels('waiters:|')).toContain('>2')
    expect(labels('colour:|')).toEqual([])
  })

  it('offers no value twice, and nothing to whoever has typed it all', () => {
    expect(labels('backend:jobs,|')).toEqual(['payments'])
    expect(labels('state:held|')).toEqual([])
  })

  it('takes the place of what was typed, and leaves the rest alone', () => {
    expect(chosen('a sta| b', 'state:')).toBe('a state: b')
    expect(chosen('-state:held,fr|o x', 'frozen')).toBe('-state:held,frozen x')
    expect(chosen('holder:wor|', 'worker 3')).toBe('holder:"worker 3"')
  })

  it('always stands where it says and leaves a filter of as many words', () => {
    const texts = fc.string({
      unit: fc.constantFrom('s', 't', 'a', 'e', ':', ',', '"', ' ', '-'),
      maxLength: 16,
    })
    fc.assert(
      fc.property(texts, fc.nat(16), (text, place) => {
        const caret = Math.min(place, text.length)
        for (const { from, to, insert } of completionsAt(text, caret, known)) {
          expect(from).toBeLessThanOrEqual(caret)
          expect(to).toBeGreaterThanOrEqual(from)
          const after = text.slice(0, from) + insert + text.slice(to)
          expect(filterWords(after).length).toBeGreaterThanOrEqual(filterWords(text).length)
        }
      }),
      { numRuns: 500 },
    )
  })
})
