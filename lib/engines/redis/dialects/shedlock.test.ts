import { describe, expect, it } from 'vitest'
import { decode, nameOf, string } from './test-seen.ts'

describe('a lock of ShedLock', () => {
  const value = 'ADDED:2026-11-21T02:59:30.125Z@web-3:7b1d9c1e-58cc-4372-a567-0e02b2c3d479'

  it('says when it was taken, and on which machine', () => {
    const sighting = decode(string('job-lock:default:nightly:report', value, 600_000))
    expect(sighting).toMatchObject({
      ...{ dialect: 'shedlock', confidence: 'certain', kind: 'mutex', waiters: { known: false } },
      holders: [
        {
          ...{ tokenDigest: `d${value}`, label: 'web-3', identity: { host: 'web-3' } },
          ...{ since: Date.parse('2026-11-21T02:59:30.125Z'), sinceIs: 'exact', remainingMs: 600_000 },
        },
      ],
    })
    expect(nameOf(sighting)).toBe('nightly:report')
  })

  it('is known under any prefix, and by its value alone', () => {
    expect(decode(string('jobs:a', 'ADDED:2026-11-21T02:59:30Z@web-3', 600_000))).toMatchObject({
      ...{ dialect: 'shedlock', holders: [{ label: 'web-3' }] },
    })
    expect(decode(string('job-lock:default:a', 'ADDED:yesterday@web-3'))).toBeNull()
    expect(decode(string('job-lock:default:a', 'ADDED:2026-13-45T02:59:30Z@web-3'))).toBeNull()
  })

  it('names a machine in a way that misleads nobody', () => {
    const host = 'web\u001b[31m-3'
    expect(decode(string('job-lock:default:a', `ADDED:2026-11-21T02:59:30Z@${host}`))).toMatchObject({
      holders: [{ label: 'web\\x1b[31m-3' }],
    })
  })
})
