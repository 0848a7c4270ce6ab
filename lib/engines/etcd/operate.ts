import type { NodeOutcome } from '../../fleet/plan.ts'
import { fromKeyId } from '../key-id.ts'
import type { Digest, Operator } from '../roles.ts'
import type { Claim, Entry } from './dialects/entry.ts'
import { dialectIds } from './dialects/index.ts'
import { LOCKKEEPER } from './dialects/lockkeeper.ts'
import { askOne, type Members } from './members.ts'
import { wordsOf } from './members-trouble.ts'
import { queueOf, readQueue } from './queue.ts'
import { pagesUnder } from './ranges.ts'

const ACT_WITHIN_MS = 3_000

export interface Operated {
  voter: string
  members: Members
  digest: Digest
}

export function operateEtcd({ voter, members, digest }: Operated): Operator {
  const says = (outcome: NodeOutcome['outcome'], words: string): NodeOutcome => ({
    node: voter,
    outcome,
    says: words,
  })
  const first = async (prefix: Buffer): Promise<Claim | undefined> => {
    const own: Entry[] = []
    for await (const page of pagesUnder(members, prefix, { revision: null }, false))
      own.push(...page.filter((entry) => queueOf(entry.key)?.equals(prefix)))
    return readQueue(prefix, own)?.claims[0]
  }
  return {
    voter,
    refuses(dialect) {
      if (dialect === LOCKKEEPER) return null
      return dialectIds.includes(dialect)
        ? 'Its holder would not notice that its key is gone: end it, or revoke its lease with etcdctl.'
        : `Locks of ${dialect} can't be released from here.`
    },
    async release(key, _dialect, tokenDigest) {
      const claim = await first(fromKeyId(key)).catch(toError)
      if (claim instanceof Error) return says('unreachable', `Nothing was written: ${wordsOf(claim)}.`)
      if (!claim) return says('already-gone', 'Nobody held it any more.')
      if (digest(claim.token) !== tokenDigest)
        return says('other-holder', 'Somebody else has it now: left alone.')
      const done = await deleteIfUnchanged(members, claim).catch(toError)
      if (done instanceof Error) return says('unknown', `It was asked, but gave no answer: ${wordsOf(done)}.`)
      return done
        ? says('freed', "The holder's key was deleted; the next in line has the lock.")
        : says('already-gone', 'Nobody held it any more.')
    },
  }
}

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

/** One transaction, sent to one member that has just answered, and never again. */
async function deleteIfUnchanged(members: Members, { entry }: Claim): Promise<boolean> {
  const answer = await askOne(
    members.lastAnswering().client,
    (client, options) =>
      client.kv.txn(
        {
          compare: [
            { key: entry.key, target: 'Create', result: 'Equal', create_revision: entry.createRevision },
          ],
          success: [{ request_delete_range: { key: entry.key } }],
        },
        options,
      ),
    ACT_WITHIN_MS,
  )
  return answer.succeeded
}
