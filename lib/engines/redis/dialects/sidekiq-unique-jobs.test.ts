import { describe, expect, it } from 'vitest'
import { decode, hash, nameOf, string } from './test-seen.ts'

const DIGEST = `uniquejobs:${'0123456789abcdef'.repeat(4)}`
const JOB = 'c0ffee00c0ffee00c0ffee00'

describe('a lock of sidekiq-unique-jobs', () => {
  it('is a hash from the job to when it was taken, and says more beside it', () => {
    const info = string(`${DIGEST}:INFO`, '{"worker":"ReportWorker","limit":1,"lock_args":[]}', -1)
    const sighting = decode(hash(`${DIGEST}:LOCKED`, { [JOB]: '1795226219.637' }, -1), [info])
    expect(sighting).toMatchObject({
      ...{ dialect: 'sidekiq-unique-jobs', confidence: 'certain', kind: 'mutex' },
      holders: [{ tokenDigest: `d${JOB}`, label: 'ReportWorker', since: 1795226219637, remainingIs: 'none' }],
    })
    expect(nameOf(sighting)).toBe(DIGEST)
  })

  it('says it all in one place in its ninth version', () => {
    const told = '{"worker":"MailWorker","time":1795226219.5}'
    expect(decode(hash(`${DIGEST}:LOCKED`, { [JOB]: told }, 60_000))?.holders).toMatchObject([
      { label: 'MailWorker', since: 1795226219500, remainingMs: 60_000 },
    ])
  })

  it('may be shared by several', () => {
    const info = string(`${DIGEST}:INFO`, '{"limit":5}', -1)
    const jobs = { [JOB]: '1795226219', [JOB.replaceAll('c', 'd')]: 'broken {' }
    expect(decode(hash(`${DIGEST}:LOCKED`, jobs, -1), [info])).toMatchObject({
      ...{ kind: 'semaphore', permits: 5, holders: [{ sinceIs: 'exact' }, { since: null }] },
    })
  })

  it('is likely under another prefix, and nothing when its fields are no jobs', () => {
    expect(decode(hash('jobs:1:LOCKED', { [JOB]: '1795226219' }))?.confidence).toBe('likely')
    expect(decode(hash(`${DIGEST}:LOCKED`, { eve: '1795226219' }))).toBeNull()
    expect(decode(hash(DIGEST, { [JOB]: '1795226219' }))).toBeNull()
  })
})
