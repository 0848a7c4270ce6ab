import { describe, expect, it } from 'vitest'
import { decode, hash, nameOf, string } from './test-seen.ts'

const TOKEN = 'edde3443-72c4-441e-a0ac-e8ce930f1db0'
const job = (key: string, more: Record<string, string> = {}) =>
  hash(key, { name: 'mail', data: '{}', opts: '{}', timestamp: '1795226219000', ...more }, -1)
const processedOn = '1795226219637'

describe('the lock of a job', () => {
  it('of BullMQ names the worker, the job and when it began', () => {
    const sighting = decode(string('bull:q1:1:lock', `${TOKEN}:0`, 30_000), [
      job('bull:q1:1', { processedOn, pb: 'mailer-3', ats: '1' }),
      hash('bull:q1:meta', { 'opts.maxLenEvents': '10000' }, -1),
    ])
    expect(sighting).toMatchObject({
      ...{ dialect: 'bullmq', confidence: 'certain', kind: 'job', waiters: { known: false } },
      holders: [
        {
          tokenDigest: `d${TOKEN}:0`,
          label: 'mailer-3',
          identity: { service: 'mailer-3', labels: { job: 'mail' } },
          since: Number(processedOn),
          sinceIs: 'exact',
          remainingMs: 30_000,
        },
      ],
    })
    expect(nameOf(sighting)).toBe('q1:1')
  })

  it('of Bull has no queue of that kind beside it', () => {
    const sighting = decode(string('app:q2:1:lock', TOKEN), [job('app:q2:1', { processedOn })])
    expect(sighting).toMatchObject({ dialect: 'bull', confidence: 'certain', kind: 'job' })
    expect(nameOf(sighting)).toBe('app:q2:1')
  })

  it('is some other lock when there is no job', () => {
    expect(decode(string('bull:q2:1:lock', TOKEN))).toMatchObject({ dialect: 'uuid-token', kind: 'mutex' })
    const user = hash('bull:q2:1', { name: 'eve' }, -1)
    expect(decode(string('bull:q2:1:lock', 'x'), [user])).toBeNull()
  })
})
