/**
 * What etcd holds for a lock of ours. One key per hold or wait, on the lease of its process for that TTL:
 *
 *   lockkeeper/<name>/<token>           json { since, ttl, owner }
 *   lockkeeper/<name>/p<k>.<token>      json { since, ttl, permits: k, owner }: of a semaphore
 *
 * The key with the lowest create revision under `lockkeeper/<name>/` holds, the k lowest of a semaphore; later ones wait
 * in that order. The create revision is the fence. `since` is the client's wall clock and only informs.
 *
 * What operators lay on a name, on leases of their own:
 *
 *   lockkeeper-gate/<name>/freeze       json { until, by, message, holds }: nobody is granted while it is there
 *   lockkeeper-gate/<name>/hold-back    json { until, holds }: the same
 *   lockkeeper-notice/<name>/<token>    json { kind: ask | lapse, by, message }: for the holder
 *
 * `holds` is the create revision of the newest hold when the gate was laid: whoever came later does not hold, though it
 * may be the first. With the gate a key `lockkeeper/<name>` goes away that was put a moment before, so that those who
 * watch entries go hear of the gate in one order with them. In keys the name's own `/` and `%` are written `%2F` and `%25`, because a prefix read of `orders/`
 * must not find the entries of `orders/42`.
 */
export const PREFIX = 'lockkeeper/'
export const GATES = 'lockkeeper-gate/'
export const NOTICES = 'lockkeeper-notice/'
export const TOKEN_LENGTH = 32

const written = (name: string): string => name.replaceAll('%', '%25').replaceAll('/', '%2F')
const read = (part: string): string => part.replaceAll('%2F', '/').replaceAll('%25', '%')

export type GateAct = 'freeze' | 'hold-back'

export const queuePrefix = (name: string): string => `${PREFIX}${written(name)}/`
/** What the keys begin with of all who ask for so many permits; nothing for a mutex. */
export const permitsPart = (permits: number): string => (permits > 1 ? `p${permits}.` : '')
export const entryKey = (name: string, token: string, permits = 1): string =>
  `${queuePrefix(name)}${permitsPart(permits)}${token}`
export const gatePrefix = (name: string): string => `${GATES}${written(name)}/`
export const gateKey = (name: string, act: GateAct): string => `${gatePrefix(name)}${act}`
/** Goes away when a gate is laid. */
export const closingKey = (name: string): string => `${PREFIX}${written(name)}`
export const noticeKey = (name: string, token: string): string => `${NOTICES}${written(name)}/${token}`

const LAST_PART = /^(?:p([1-9]\d{0,9})\.)?([^.]+)$/

/** The last part of an entry's key; null when it is not one of ours. */
export function parseLastPart(part: string): { token: string; permits: number } | null {
  const [, permits, token] = LAST_PART.exec(part) ?? []
  return token?.length === TOKEN_LENGTH ? { token, permits: Number(permits ?? 1) } : null
}

export interface EntryKey {
  name: string
  token: string
  permits: number
}

/** The other way round; null when the key is not one of ours. */
export function parseEntryKey(key: string): EntryKey | null {
  const split = splitKey(key, PREFIX)
  const last = split && parseLastPart(split.last)
  return last && { name: split.name, ...last }
}

export function parseNoticeKey(key: string): { name: string; token: string } | null {
  const split = splitKey(key, NOTICES)
  return split?.last.length === TOKEN_LENGTH ? { name: split.name, token: split.last } : null
}

/** The name whose gate was laid when this key went away. */
export function parseClosingKey(key: string): string | null {
  const part = key.slice(PREFIX.length)
  return key.startsWith(PREFIX) && part !== '' && !part.includes('/') ? read(part) : null
}

/** The name whose gate this is. */
export const parseGateKey = (key: string): string | null => splitKey(key, GATES)?.name ?? null

function splitKey(key: string, prefix: string): { name: string; last: string } | null {
  const cut = key.lastIndexOf('/')
  const part = key.slice(prefix.length, cut)
  if (!key.startsWith(prefix) || part === '' || part.includes('/')) return null
  return { name: read(part), last: key.slice(cut + 1) }
}
