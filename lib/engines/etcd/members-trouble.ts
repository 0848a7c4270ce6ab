/**
 * Why a member gives no answer, in words that may be shown to anybody: no URLs, names of users or passwords, which messages of
 * clients may carry.
 */
const WORDS: readonly { when: RegExp; says: string }[] = [
  { when: /ECONNREFUSED/, says: 'nobody listens there (connection refused)' },
  { when: /ENOTFOUND|EAI_AGAIN|Name resolution failed/, says: 'its name is not known (DNS)' },
  { when: /EHOSTUNREACH|ENETUNREACH/, says: 'no way leads there (network unreachable)' },
  {
    when: /self[- ]signed|unable to (get|verify)|CERT_|certificate/i,
    says: 'its certificate is not trusted: name the authority that signed it, and the host that it is for',
  },
  {
    when: /wrong version number|secure TLS|\bTLS\b|SSL|EPROTO/i,
    says: 'http and https are mixed up: TLS is spoken on one side only',
  },
  { when: /user name is empty/, says: 'it asks for a user and a password' },
  {
    when: /authentication failed|invalid (user|password)|invalid auth token|UNAUTHENTICATED/,
    says: 'user or password is wrong',
  },
  {
    when: /authentication is not enabled/,
    says: 'a user and a password were given, but authentication is not enabled there',
  },
  {
    when: /permission denied|PERMISSION_DENIED/,
    says: 'the user may not read all prefixes that are watched',
  },
  {
    when: /no leader|leader changed|request timed out|not capable/,
    says: 'it answers, but follows no leader: the cluster may have lost its majority',
  },
  { when: /too many requests/, says: 'it has too much to do (too many requests)' },
  { when: /has been compacted/, says: 'it forgot the revision that was read (compacted)' },
  {
    when: /future revision/,
    says: 'it is at an older revision than before: it may have been restored from a snapshot',
  },
  { when: /database space exceeded/, says: 'its database has used up its quota (NOSPACE)' },
  { when: /larger than max/, says: 'its answer is too big' },
  {
    when: /UNIMPLEMENTED|HTTP status|Protocol error|Parse Error|PROTOCOL_ERROR|ERR_HTTP2|frame/i,
    says: 'it is no etcd, or not its client port (usually 2379)',
  },
  { when: /DEADLINE_EXCEEDED|no answer within|Deadline exceeded/, says: 'it gives no answer in time' },
  { when: /ECONNRESET|socket hang up|closed|UNAVAILABLE|No connection/, says: 'the connection was cut' },
]

export function wordsOf(error: unknown): string {
  if (error instanceof MemberTrouble) return error.message
  const message = error instanceof Error ? error.message : String(error)
  return WORDS.find(({ when }) => when.test(message))?.says ?? 'it gives no answer that makes sense'
}

/** Why a member, or all of them, could not be asked. What was said is in the cause. */
export class MemberTrouble extends Error {
  override readonly name = 'MemberTrouble'
}

/** The cluster's own answer: another member would say the same. */
const FINAL =
  /larger than max|too many operations|has been compacted|permission denied|user name is empty|authentication (failed|is not enabled)/i

export const isFinal = (error: unknown): boolean => FINAL.test(String(error))

/** One trouble of all, or what is the matter with each. */
export function troubleOf(failures: readonly { name: string; error: unknown }[]): MemberTrouble {
  const said = failures.map(({ name, error }) => ({ name, words: wordsOf(error) }))
  const [first] = said
  const cause = failures.at(-1)?.error
  if (!first) return new MemberTrouble('there is no member to ask')
  const isSame = said.every(({ words }) => words === first.words)
  if (isSame && said.length > 1) return new MemberTrouble(`no member answers: ${first.words}`, { cause })
  return new MemberTrouble(said.map(({ name, words }) => `${name}: ${words}`).join('; '), { cause })
}
