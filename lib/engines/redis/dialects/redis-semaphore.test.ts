import { describe, expect, it } from 'vitest'
import { decode, NOW, nameOf, string, zset } from './test-seen.ts'

const ONE = '2fc3139d-a3f2-40b8-824f-4069cf8fda7a'
const OTHER = 'f6baaa69-e264-4bd6-a44e-e40624064c5c'

describe('what npm redis-semaphore writes', () => {
  it('is a mutex with the holder in a string', () => {
    const token = '1069c53e-82d5-4e86-89e6-29c9447d4997'
    const sighting = decode(string('mutex:m', token, 10_000))
    expect(sighting).toMatchObject({
      ...{ dialect: 'redis-semaphore', confidence: 'likely', kind: 'mutex', waiters: { known: false } },
      holders: [{ tokenDigest: `d${token}`, remainingMs: 10_000 }],
    })
    expect(nameOf(sighting)).toBe('m')
    expect(decode(string('mutex:m', `${token}-worker-3`))?.holders[0]?.label).toBe('worker-3')
    expect(decode(string('mutex:m', 'busy'))).toBeNull()
  })

  it('is a semaphore with one member for each holder, each with its own time', () => {
    const sighting = decode(zset('semaphore:s', { [ONE]: NOW - 4_000, [OTHER]: NOW - 1_000 }, 9_000))
    expect(sighting).toMatchObject({
      ...{ dialect: 'redis-semaphore', confidence: 'certain', kind: 'semaphore', permits: null },
      holders: [
        { tokenDigest: `d${ONE}`, remainingMs: 6_000, remainingIs: 'exact' },
        { tokenDigest: `d${OTHER}`, remainingMs: 9_000 },
      ],
    })
    expect(nameOf(sighting)).toBe('s')
  })

  it('has one holder for all permits that were taken at once', () => {
    const sighting = decode(zset('semaphore:ms', { [`${OTHER}_0`]: NOW, [`${OTHER}_1`]: NOW }, 10_000))
    expect(sighting?.holders).toMatchObject([
      { tokenDigest: `d${OTHER}`, identity: { labels: { permits: '2' } }, remainingMs: 10_000 },
    ])
    expect(sighting?.holders[0]?.label).toMatch(/, 2 permits$/)
  })

  it('does not show holders whose time is over, nor sorted sets of other things', () => {
    const over = { [ONE]: NOW - 20_000, [OTHER]: NOW }
    expect(decode(zset('semaphore:s', over, 10_000))?.holders).toHaveLength(1)
    expect(decode(zset('semaphore:s', { [ONE]: NOW, alice: NOW }))).toBeNull()
    expect(decode(zset('semaphore:s', { [ONE]: 17 }))).toBeNull()
    expect(decode(zset('semaphore:s', { [ONE]: NOW }, -1))).toBeNull()
    expect(decode(zset('queue:s', { [ONE]: NOW }))).toBeNull()
  })
})
