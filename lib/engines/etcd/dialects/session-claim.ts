import type { Claim, Entry } from './entry.ts'
import { holdToken, identity, session, shown } from './holder-words.ts'

/** A place in a queue of somebody who is known by the lease, and by the value where one was proposed. */
export function sessionClaim(entry: Entry): Claim {
  const { labels, process } = session(entry)
  const label = entry.value.length > 0 ? shown(entry.value) : (process ?? '?')
  return {
    entry,
    token: holdToken(entry),
    label,
    identity: identity({ service: label, labels, process }),
    askedAt: null,
    ttlMs: null,
    permits: 1,
  }
}
