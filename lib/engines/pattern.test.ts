import { describe, expect, it } from 'vitest'
import { literalPrefix, pinnedTo } from './pattern.ts'

describe('pinned patterns', () => {
  const pinned = pinnedTo([
    { match: 'job:*', dialect: 'redlock' },
    { match: 'a.b', dialect: 'redlock' },
    { match: 'ä*z', dialect: 'redlock' },
  ])

  it('match the whole name, and only a star stands for something else', () => {
    expect(pinned(Buffer.from('job:1\n2'))).toBe('redlock')
    expect(pinned(Buffer.from('xjob:1'))).toBeNull()
    expect(pinned(Buffer.from('a.b'))).toBe('redlock')
    expect(pinned(Buffer.from('axb'))).toBeNull()
    expect(pinned(Buffer.from('ä-z'))).toBe('redlock')
    expect(pinned(Buffer.from([0x6a, 0x6f, 0x62, 0x3a, 0xff]))).toBe('redlock')
  })

  it('have stars in all places, which need not stand for anything', () => {
    const dialectOf = (match: string, name: string) => pinnedTo([{ match, dialect: 'd' }])(Buffer.from(name))
    for (const [match, name] of [
      ...[
        ['*', ''],
        ['*', 'a'],
        ['a*', 'a'],
        ['*a', 'a'],
        ['a*b*c', 'abc'],
        ['a*b*c', 'a-b-b-c-c'],
      ],
      ...[
        ['**a**', 'bab'],
        ['*a*a*', 'aa'],
        ['a.*', 'a.b'],
        ['(a|b)*', '(a|b)c'],
      ],
    ] as const)
      expect(dialectOf(match, name), `${match} ${name}`).toBe('d')
    for (const [match, name] of [
      ...[
        ['a*', 'ba'],
        ['*a', 'ab'],
        ['a*a', 'a'],
        ['ab*bc', 'abc'],
        ['*a*a*', 'a'],
        ['a*b*c', 'acb'],
      ],
      ...[
        ['', 'a'],
        ['a.*', 'ab'],
        ['(a|b)*', 'a'],
      ],
    ] as const)
      expect(dialectOf(match, name), `${match} ${name}`).toBeNull()
  })

  it('are compared with the longest names in no time to speak of', () => {
    const pinned = pinnedTo([{ match: '*a*a*a*a*b', dialect: 'redlock' }])
    expect(pinned(Buffer.alloc(500_000, 'a'))).toBeNull()
  })

  it('begin with what stands before the first star', () => {
    expect(literalPrefix('job:*:x*')).toBe('job:')
    expect(literalPrefix('a.b')).toBe('a.b')
  })
})
