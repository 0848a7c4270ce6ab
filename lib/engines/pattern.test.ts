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

  it('begin with what stands before the first star', () => {
    expect(literalPrefix('job:*:x*')).toBe('job:')
    expect(literalPrefix('a.b')).toBe('a.b')
  })
})
