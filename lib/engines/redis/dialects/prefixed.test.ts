import { describe, expect, it } from 'vitest'
import { decode, nameOf, string } from './test-seen.ts'

const UUID = '1069c53e-82d5-4e86-89e6-29c9447d4997'
const HEX = '70ae1b55ae774347179c64e8d2f4ea03'

describe('libraries that are told by their prefix', () => {
  it.each([
    ['medusa', 'medusa_lock:', 'cart:1', `execute:${UUID}`],
    ['medusa', 'medusa_lock:', 'cart:1', 'worker-7'],
    ['lock4j', 'lock4j:', 'com.a.B#c', HEX],
    ['hangfire', '{hangfire}:', 'queue:mail:dequeued:lock', UUID],
    ['activejob-uniqueness', 'activejob_uniqueness:', 'send_mail:no_arguments', UUID],
    ['celery-singleton', 'SINGLETONLOCK_', HEX, UUID],
    ['asynq', 'asynq:{', 'mail}:unique:send:0f343b0931126a20f133d67c2b018a3b', UUID],
    ['rq', 'rq:scheduler-lock:', 'mail', 'scheduler-3'],
    ['simple-redis-mutex', '@simple-redis-mutex:lock-', 'x', '0.9449314219439131'],
  ])('%s', (dialect, prefix, name, value) => {
    const sighting = decode(string(prefix + name, value))
    expect(sighting).toMatchObject({ dialect, confidence: 'certain', waiters: { known: false } })
    expect(sighting?.holders).toMatchObject([{ tokenDigest: `d${value}`, remainingMs: 5_000 }])
    expect(nameOf(sighting)).toBe(name)
  })

  it('write no other values', () => {
    expect(decode(string('lock4j:a', 'yes'))).toBeNull()
    expect(decode(string('{hangfire}:stats:succeeded', '17', -1))).toBeNull()
    expect(decode(string('asynq:{mail}:t:1', UUID))?.dialect).not.toBe('asynq')
    expect(decode(string('medusa_lock:a', 'x'.repeat(600)))).toBeNull()
  })

  it('do not make one holder of all who do not say who they are', () => {
    const [one, other] = ['a', 'b'].map((name) => decode(string(`medusa_lock:${name}`, '*'))?.holders[0])
    expect(one?.label).toBe('?')
    expect(one?.tokenDigest).not.toBe(other?.tokenDigest)
  })
})
