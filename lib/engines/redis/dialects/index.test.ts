import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { pinnedTo } from '../../pattern.ts'
import { dialectIds, routeOf } from './index.ts'
import { decode, hash, none, string } from './test-seen.ts'

const route = (key: string, patterns: { match: string; dialect: string }[] = []) =>
  routeOf(Buffer.from(key, 'latin1'), pinnedTo(patterns))?.toString('latin1') ?? null

describe('the way from a key to its lock', () => {
  it('goes by a word in the name', () => {
    for (const key of ['lock', 'locks:a', 'a.lock', 'MUTEX-7', 'x/leader/y', 'ordersLock', 'a_semaphore_1'])
      expect(route(key), key).toBe(key)
    for (const key of ['block', 'clock:a', 'session:1', 'unlocked', '', 'locksmith', 'leaderboard:1'])
      expect(route(key), key).toBeNull()
  })

  it('goes by beginnings and ends that only one library has', () => {
    for (const key of [
      'job-lock:default:a',
      'qo_tasks.a',
      '@simple-redis-mutex:lock-a',
      'redbeat::lock',
      'asynq:{mail}:unique:a',
    ])
      expect(route(key), key).toBe(key)
    expect(route('{permits}:timeout')).toBe('permits')
    expect(route('permits:timeout')).toBeNull()
  })

  it('leads from what stands beside a lock to the lock', () => {
    const reader = '1b2f3c4d-0000-4000-8000-123456789abc:7'
    expect(route('redisson_lock_queue:{orders}')).toBe('orders')
    expect(route('redisson_lock_timeout:{a}b')).toBe('{a}b')
    expect(route(`{orders}:${reader}:rwlock_timeout:1`)).toBe('orders')
    expect(route('cache.writer')).toBe('cache.readers')
    expect(route('rueidislock:2:a')).toBe('rueidislock:0:a')
    expect(route(`uniquejobs:${'a'.repeat(32)}:QUEUED`)).toBe(`uniquejobs:${'a'.repeat(32)}:LOCKED`)
    expect(route('SEMAPHORE:a:AVAILABLE')).toBe('SEMAPHORE:a:GRABBED')
  })

  it('passes what libraries keep for themselves', () => {
    for (const key of [
      'lock-signal:a',
      'redisson_lock_token:{orders}',
      'redisson_unlock_latch:{orders}:1',
      'uniquejobs:digests',
      'bull:q:1',
      'celery-task-meta-lock',
      '@simple-redis-mutex:fencing-tokens',
      'symfony_check_support_time',
      'asynq:{mail}:t:1',
      '{hangfire}:job:1:history',
      'lk:index',
    ])
      expect(route(key), key).toBeNull()
  })

  it('is what the operator says', () => {
    expect(route('job:1', [{ match: 'job:*', dialect: 'redlock' }])).toBe('job:1')
    expect(route('a:lock', [{ match: 'a:*', dialect: 'none' }])).toBeNull()
    expect(route('redisson_lock_queue:{a}', [{ match: 'a', dialect: 'none' }])).toBeNull()
  })
})

describe('what the operator pinned', () => {
  const token = '70ae1b55ae774347179c64e8d2f4ea03'

  it('is certain, with a token of any kind', () => {
    expect(decode(string('a', token), [], { pinned: 'redlock' })?.confidence).toBe('certain')
    expect(decode(string('job:1', 'worker-7', -1), [], { pinned: 'redlock' })).toMatchObject({
      ...{ confidence: 'certain', dialect: 'redlock' },
      holders: [{ remainingMs: null, remainingIs: 'none' }],
    })
  })

  it('is still no lock when it can not be one', () => {
    expect(decode(string('job:1', 'x'.repeat(129)), [], { pinned: 'redlock' })).toBeNull()
    expect(decode(string('job:1', ''), [], { pinned: 'redlock' })).toBeNull()
    expect(decode(hash('job:1', { a: '1' }), [], { pinned: 'redlock' })).toBeNull()
    expect(decode(none('job:1'), [], { pinned: 'redlock' })).toBeNull()
    expect(decode(string('a:lock', token), [], { pinned: 'none' })).toBeNull()
    expect(decode(string('a:lock', token), [], { pinned: 'unheard-of' })).toBeNull()
  })
})

describe('every dialect', () => {
  const here = new URL('.', import.meta.url)
  const textOf = (file: string) => readFileSync(new URL(file, here), 'utf8')

  it('has a test of its own, and a place in the table', () => {
    const files = readdirSync(here).filter((file) => file.endsWith('.test.ts') && !file.startsWith('index.'))
    const tests = files.map(textOf).join('\n')
    expect(dialectIds.filter((id) => !tests.includes(`'${id}'`))).toEqual([])
    expect(dialectIds.filter((id) => !textOf('README.md').includes(`\`${id}\``))).toEqual([])
  })
})
