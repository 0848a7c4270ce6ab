import { describe, expect, it } from 'vitest'
import { decode, nameOf, string } from './test-seen.ts'

/** As redis-py 4.3.4 wrote it. */
const TOKEN = 'dead0ceae54e11f1bd6502fc00000001'
const asked = {
  host: '02:fc:00:00:00:01',
  labels: { asked: '2026-11-21T01:57:13.129Z' },
}

describe('strings that redis-py and its family write', () => {
  it('tell when it was asked for and on which machine, but not when it was granted', () => {
    expect(decode(string('pylock', TOKEN))).toMatchObject({
      ...{ dialect: 'redis-py', confidence: 'candidate', waiters: { known: false } },
      holders: [
        { tokenDigest: `d${TOKEN}`, identity: asked, since: null, sinceIs: 'unknown', remainingMs: 5_000 },
      ],
    })
  })

  it('may last for ever, when the name says lock', () => {
    expect(decode(string('a_orders_lock', TOKEN, -1))).toMatchObject({
      ...{ dialect: 'redis-py', confidence: 'likely', holders: [{ remainingIs: 'none' }] },
    })
    expect(decode(string('pylock', TOKEN, -1))).toBeNull()
  })

  it('have a version before the name when Django wrote them', () => {
    const sighting = decode(string(':1:orders:lock', TOKEN))
    expect(sighting).toMatchObject({ dialect: 'django-redis', confidence: 'likely' })
    expect(nameOf(sighting)).toBe('orders:lock')
  })

  it('are certain under the names that only redbeat and celery-once use', () => {
    expect(decode(string('redbeat::lock', TOKEN))).toMatchObject({
      ...{ dialect: 'redbeat', confidence: 'certain', kind: 'election' },
    })
    const sighting = decode(string('qo_tasks.add_a-1', TOKEN))
    expect(sighting).toMatchObject({ dialect: 'celery-once', confidence: 'certain' })
    expect(nameOf(sighting)).toBe('tasks.add_a-1')
  })
})
