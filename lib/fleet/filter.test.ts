import { describe, expect, it } from 'vitest'
import { filterKeys, matches, parseFilter } from './filter.ts'
import type { Lock } from './lock.ts'
import { Problem } from './problem.ts'
import { merged, voters } from './test-locks.ts'

const lock: Lock = {
  ...merged(voters('A')),
  name: 'orders/42: a "b"',
  verdicts: [{ id: 'hot', severity: 'risk', says: '', evidence: [], suggests: 'look' }],
}
const is = (text: string, other: Partial<Lock> = {}) => matches(parseFilter(text), { ...lock, ...other })

describe('the filter language', () => {
  it('matches everything when it is empty', () => {
    expect(is('')).toBe(true)
    expect(is('   ')).toBe(true)
    expect(is('-')).toBe(true)
  })

  it('takes words and quoted text for parts of the name, in any case', () => {
    expect(is('ORDERS')).toBe(true)
    expect(is('orders 42')).toBe(true)
    expect(is('orders 43')).toBe(false)
    expect(is('"42: a"')).toBe(true)
    expect(is('"orders a"')).toBe(false)
    expect(is('"42: a')).toBe(true)
  })

  it.each([
    ['state:held', true],
    ['state:free', false],
    ['state:free,held', true],
    ['STATE:Held', true],
    ['backend:pay', true],
    ['backend:pa', false],
    ['holder:a@', true],
    ['holder:"a@host"', true],
    ['holder:b', false],
    ['dialect:lockkeeper', true],
    ['dialect:redlock,etcd-queue', false],
    ['verdict:any', true],
    ['verdict:hot', true],
    ['verdict:split', false],
    ['-verdict:split', true],
    ['-verdict:any', false],
    ['-orders', false],
    ['-"no such" state:held', true],
    ['state:held -backend:pay', false],
  ])('answers %s with %s', (text, expected) => {
    expect(is(text)).toBe(expected)
  })

  it('finds locks without a verdict', () => {
    expect(is('-verdict:any', { verdicts: [] })).toBe(true)
    expect(is('verdict:any', { verdicts: [] })).toBe(false)
  })

  it.each(['colour:red', 'state:', 'state:gone', 'verdict:foo', 'holder:""', 'state:held,nope'])(
    'refuses %s and says what is known',
    (text) => {
      const problem = (() => {
        try {
          return parseFilter(text)
        } catch (error) {
          return error
        }
      })()
      expect(problem).toBeInstanceOf(Problem)
      expect(problem).toMatchObject({ code: 'invalid', hint: expect.any(String) })
    },
  )

  it('names all its keys to whoever used an unknown one', () => {
    expect(() => parseFilter('colour:red')).toThrow(
      expect.objectContaining({ hint: expect.stringContaining(filterKeys.map(({ key }) => key).join(', ')) }),
    )
  })
})
