import { describe, expect, it } from 'vitest'
import type { Brief } from './brief.ts'
import { compileFilter, parseFilter } from './filter.ts'
import { filterKeys } from './filter-keys.ts'
import { Problem } from './problem.ts'

const NOW = Date.parse('2026-11-21T03:10:00Z')
const brief: Brief = {
  id: 'id',
  backend: 'pay',
  database: 0,
  name: 'orders/42: a "b"',
  dialect: 'lockkeeper',
  confidence: 'certain',
  kind: 'mutex',
  state: 'held',
  holders: ['worker-3@host', 'mail@host'],
  since: NOW - 600_000,
  endsAt: NOW + 4_000,
  ttl: null,
  waiters: 3,
  fence: '48211',
  verdicts: ['hot'],
  severity: 'risk',
}
const is = (text: string, other: Partial<Brief> = {}) => compileFilter(text, NOW)({ ...brief, ...other })
const problemOf = (text: string): Problem => {
  try {
    parseFilter(text)
  } catch (error) {
    if (error instanceof Problem) return error
  }
  throw new Error(`"${text}" was not refused`)
}

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
    expect(is('"a ""b"""')).toBe(true)
  })

  it('takes text as it is: nothing in it stands for something else', () => {
    expect(is('o.d')).toBe(false)
    expect(is('orders*')).toBe(false)
    expect(is('(a|b)[c]{2}^$\\-/', { name: 'x(A|b)[c]{2}^$\\-/y' })).toBe(true)
  })

  it.each([
    ['state:held', true],
    ['state:free', false],
    ['state:free,held', true],
    ['STATE:Held', true],
    ['backend:pay', true],
    ['backend:pa', false],
    ['holder:worker-3@', true],
    ['holder:"mail@host"', true],
    ['holder:c@', false],
    ['dialect:lockkeeper', true],
    ['dialect:redlock,etcd-queue', false],
    ['kind:mutex', true],
    ['kind:job,election', false],
    ['confidence:certain', true],
    ['confidence:likely', false],
    ['verdict:any', true],
    ['verdict:hot', true],
    ['verdict:split', false],
    ['-verdict:split', true],
    ['-verdict:any', false],
    ['-orders', false],
    ['-"no such" state:held', true],
    ['state:held -backend:pay', false],
    ['name:orders', true],
    ['name:42,43', true],
    ['prefix:ORD', true],
    ['prefix:"orders/42: a"', true],
    ['prefix:42', false],
    ['database:0', true],
    ['database:none', false],
    ['waiters:>2', true],
    ['waiters:>3', false],
    ['waiters:3', true],
    ['waiters:>=3,0', true],
    ['waiters:unknown', false],
    ['ttl:<5s', true],
    ['ttl:<4000ms', false],
    ['ttl:>1m', false],
    ['ttl:none', false],
    ['held:>9m', true],
    ['held:>9m59s', true],
    ['held:>10m', false],
    ['held:<1h', true],
    ['since:<2026-11-21T03:01', true],
    ['since:>2026-11-21T03:01Z', false],
    ['since:2026-11-21T05:00+02:00', true],
    ['since:2026-11-22', false],
    ['fence:48211', true],
    ['fence:>5000', true],
    ['fence:>100000', false],
    ['fence:none', false],
  ])('answers %s with %s', (text, expected) => {
    expect(is(text)).toBe(expected)
  })

  it('finds locks without a verdict', () => {
    expect(is('-verdict:any', { verdicts: [] })).toBe(true)
    expect(is('verdict:any', { verdicts: [] })).toBe(false)
  })

  it('hides candidates unless confidence is spoken of', () => {
    expect(is('orders', { confidence: 'candidate' })).toBe(false)
    expect(is('orders confidence:candidate', { confidence: 'candidate' })).toBe(true)
    expect(is('confidence:certain,candidate', { confidence: 'candidate' })).toBe(true)
    expect(is('-confidence:certain', { confidence: 'candidate' })).toBe(true)
  })

  it('keeps what never ends apart from what ends late, and both from what is not known', () => {
    const endless = { endsAt: Number.POSITIVE_INFINITY }
    expect(is('ttl:none', endless)).toBe(true)
    expect(is('ttl:>1m', endless)).toBe(false)
    expect(is('ttl:unknown', { endsAt: null })).toBe(true)
    expect(is('ttl:unknown', { endsAt: null, holders: [] })).toBe(false)
  })

  it('does not take what is unknown for a small number, nor for a large one', () => {
    for (const text of ['waiters:>2', '-waiters:>2', 'waiters:<3', '-waiters:<3,7'])
      expect([text, is(text, { waiters: null })]).toEqual([text, false])
    expect(is('-waiters:>5')).toBe(true)
    expect(is('-waiters:>2')).toBe(false)
    expect(is('-waiters:unknown')).toBe(true)
    expect(is('-waiters:unknown', { waiters: null })).toBe(false)
    expect(is('-ttl:<1s', { endsAt: null })).toBe(false)
    expect(is('-held:>1s', { since: null })).toBe(false)
    expect(is('-fence:>1', { fence: null })).toBe(false)
  })

  it('knows whether time alone changes what it matches', () => {
    expect(parseFilter('ttl:<5s').timed).toBe(true)
    expect(parseFilter('-held:>1m').timed).toBe(true)
    expect(parseFilter('state:held since:>2026-01-01').timed).toBe(false)
  })
})

describe('a slip in a filter', () => {
  it.each([
    'colour:red',
    'state:',
    'state:gone',
    'verdict:foo',
    'holder:""',
    'state:held,nope',
    'ttl:5s',
    'ttl:<5',
    'ttl:=5s',
    'waiters:many',
    'waiters:<',
    'fence:>x',
    'since:yesterday',
    'since:>2026-13-01',
    'database:x',
    `name:${'x'.repeat(257)}`,
    'a '.repeat(65),
  ])('is refused with a hint: %s', (text) => {
    expect(problemOf(text)).toMatchObject({ code: 'invalid', hint: expect.any(String) })
  })

  it('is told with its place, and with what could stand there', () => {
    expect(problemOf('orders -colour:red').details).toEqual({
      ...{ at: 7, length: 8 },
      known: filterKeys.map(({ key }) => key),
    })
    expect(problemOf('a state:held,"no such"').details).toMatchObject({
      ...{ at: 13, length: 9 },
      known: expect.arrayContaining(['held', 'split']),
    })
    expect(problemOf('ttl:5s').hint).toContain('ttl:<5s')
  })

  it('names all keys to whoever used an unknown one', () => {
    expect(problemOf('colour:red').hint).toContain(filterKeys.map(({ key }) => key).join(', '))
  })

  it.each([
    ['host:pay-1', '"holder:"'],
    ['stat:held', '"state:"'],
    ['state:hld', 'held'],
    ['verdict:deadlok', 'deadlock'],
  ])('names what was probably meant: %s', (text, meant) => {
    expect(problemOf(text).hint).toMatch(`Did you mean ${meant}? `)
    expect(problemOf('state:purple').hint).not.toContain('Did you mean')
  })
})
