import type { Identity } from '../../../fleet/lock.ts'
import { showName } from '../../../fleet/names.ts'
import type { KeyHolder } from './dialect.ts'
import { type Entry, isLeased, leaseHex } from './entry.ts'

const LONGEST_LABEL = 100

/** Of what a format tells of a holder, which is seldom everything. */
export const identity = (known: Partial<Identity>): Identity => ({
  ...{ service: '?', host: null, pid: null, version: null, link: null, labels: {}, process: null },
  ...known,
})

/** What somebody wrote into a value, safe to be shown and not long. */
export function shown(bytes: Buffer): string {
  let end = Math.min(bytes.length, LONGEST_LABEL)
  // Not in the middle of a character.
  while (end < bytes.length && end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return showName(bytes.subarray(0, end))
}

/** All that hangs on one lease was taken by one session. It is shown on purpose: to end it, rights on the cluster are needed. */
export function session(entry: Entry): Pick<Identity, 'labels' | 'process'> {
  if (!isLeased(entry)) return { labels: {}, process: null }
  const hex = leaseHex(entry.lease)
  return { labels: { lease: hex }, process: `lease ${hex}` }
}

/** One session takes a lock again and again under the same key: the create revision tells the holds apart. */
export const holdToken = ({ key, createRevision }: Entry): Buffer =>
  Buffer.concat([key, Buffer.from(`@${createRevision}`)])

/** The same where the value says who it is. */
export const valueToken = (entry: Entry): Buffer =>
  Buffer.concat([holdToken(entry), Buffer.from('='), entry.value])

/** Of one key whose value names its holder. */
export function namedHolder(entry: Entry, known: Partial<Identity> & { service: string }): KeyHolder {
  const { labels, process } = session(entry)
  return {
    token: valueToken(entry),
    label: known.service,
    identity: identity({ process, ...known, labels: { ...labels, ...known.labels } }),
    since: null,
  }
}
