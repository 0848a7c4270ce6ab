import { readFileSync } from 'node:fs'
import type { Redis } from 'ioredis'
import type { NodeOutcome } from '../../fleet/plan.ts'
import { within } from '../deadline.ts'
import { fromKeyId } from '../key-id.ts'
import type { Digest, Operator } from '../roles.ts'
import type { Connect } from './connect.ts'
import { LOCKKEEPER, ownToken } from './dialects/lockkeeper.ts'
import { REDLOCK } from './dialects/redlock.ts'
import { LONE_KEYS, TOKEN_LENGTH } from './layout.ts'
import { ownName } from './own-keys.ts'
import { LONGEST_TOKEN } from './read-sizes.ts'
import { openOnce } from './reader.ts'
import { RELEASE_SEEN } from './scripts.ts'

const RELEASE_STRING = readFileSync(new URL('./scripts/release-string.lua', import.meta.url), 'utf8')

/** An act is rare and worth waiting for. */
const ACT_WITHIN_MS = 2_000

export interface Operated {
  voter: string
  url: string | Connect
  digest: Digest
}

export function operateRedis({ voter, url, digest }: Operated): Operator {
  const says = (outcome: NodeOutcome['outcome'], words: string): NodeOutcome => ({
    node: voter,
    outcome,
    says: words,
  })
  return {
    voter,
    refuses(dialect) {
      if (dialect === LOCKKEEPER || dialect === REDLOCK) return null
      return `Locks of ${dialect} can't be released from here.`
    },
    async release(key, dialect, tokenDigest) {
      const client = openOnce(url)
      try {
        const bytes = fromKeyId(key)
        const value = await seenValue(client, bytes, dialect).catch(toError)
        if (value instanceof Error) return says('unreachable', `Nothing was written: ${value.message}.`)
        if (!value) return says('already-gone', 'Nobody held it any more.')
        if (digest(value) !== tokenDigest)
          return says('other-holder', 'Somebody else has it now: left alone.')
        const answer = await carryOut(client, bytes, dialect, value).catch(toError)
        if (answer instanceof Error && answer.name === 'ReplyError')
          return says('left', `The node refused: ${answer.message}`)
        if (answer instanceof Error)
          return says('unknown', `It was asked, but gave no answer: ${answer.message}.`)
        if (Array.isArray(answer)) return says('left', `The node refused: ${answer[1]}`)
        if (answer === 'gone') return says('already-gone', 'Nobody held it any more.')
        if (answer === 'other') return says('other-holder', 'Somebody else has it now: left alone.')
        return says('freed', 'The vote was taken back.')
      } finally {
        client.disconnect()
      }
    },
  }
}

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

/** The token that is there now; null when there is none. */
async function seenValue(client: Redis, key: Buffer, dialect: string): Promise<Buffer | null> {
  await within(ACT_WITHIN_MS, client.connect())
  const longest = dialect === LOCKKEEPER ? TOKEN_LENGTH : LONGEST_TOKEN + 1
  const value = await within(ACT_WITHIN_MS, client.getrangeBuffer(key, 0, longest - 1))
  if (value.length === 0) return null
  return dialect === LOCKKEEPER ? ownToken(value) : value
}

function carryOut(client: Redis, key: Buffer, dialect: string, token: Buffer): Promise<unknown> {
  const own = LONE_KEYS.length
  return within(
    ACT_WITHIN_MS,
    dialect === LOCKKEEPER && ownName(key)
      ? client.eval(RELEASE_SEEN, own + 1, ...LONE_KEYS, key, own, token)
      : client.eval(RELEASE_STRING, 1, key, token),
  )
}
