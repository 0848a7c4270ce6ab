import type { Confidence } from '../../../fleet/lock.ts'
import type { Sighting } from '../../../fleet/sighting.ts'

interface Sample {
  name: string
  token: string
  remainingMs: number | null
  readAt: number
  confidence: Confidence
}

/** For tests: somebody's token under a key, as a dialect tells it. */
export const sampleSighting = ({ name, token, remainingMs, readAt, confidence }: Sample): Sighting => ({
  key: Buffer.from(name, 'latin1').toString('base64url'),
  nameBytes: Buffer.from(name, 'latin1').toString('base64'),
  ...{ dialect: 'redlock', confidence, kind: 'mutex', permits: null },
  holders: [
    {
      ...{
        tokenDigest: `d${token}`,
        label: 'client',
        identity: null,
        since: null,
        sinceIs: 'unknown',
        fence: null,
      },
      ...{ remainingMs, remainingIs: remainingMs === null ? 'none' : 'exact', ttlMs: null },
    },
  ],
  waiters: { known: false },
  readAt,
})
