import type { Answer } from '../../core/node.ts'

type Unknown = Extract<Answer, { outcome: 'unknown' }>

/** What went wrong with a call, and whether it may have been carried out all the same. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed'
  readonly maybeDone: boolean
  /** The cluster's own answer: another member would say the same. */
  readonly final: boolean
  readonly leaseGone: boolean
  readonly hint: string | undefined
  constructor(cause: unknown, maybeDone = true) {
    const message = cause instanceof Error ? cause.message : String(cause)
    const { code, says } = taken(message)
    super(says, { cause })
    this.final = says.startsWith('etcdserver:') && DEFINITE.has(code)
    this.leaseGone = /requested lease not found/.test(says)
    this.maybeDone = maybeDone && !this.final && !NEVER_SENT.test(says) && code !== UNIMPLEMENTED
    this.hint = HINTS.find(({ when }) => when.test(message))?.hint
  }
}

/** As the client writes it: the number of the gRPC status, its name, what the other side says. */
const taken = (message: string): { code: number; says: string } => {
  const [, code, says] = /^(\d+) [A-Z_]+: ([\s\S]*)$/.exec(message) ?? []
  return { code: Number(code ?? -1), says: (says ?? message).replace(DECORATION, '') }
}

/** What the client adds that tells nobody anything. */
const DECORATION = /( \(\d{4}-[^)]*Z\))?\.? Resolution note: $/

const UNIMPLEMENTED = 12
/** Invalid argument, not found, permission denied, resource exhausted, failed precondition, unauthenticated. */
const DEFINITE = new Set([3, 5, 7, 8, 9, 16])

/** Nobody was connected. */
const NEVER_SENT =
  /No connection established|ECONNREFUSED|before call started|Name resolution failed|Waiting for LB pick/

const HINTS: readonly { when: RegExp; hint: string }[] = [
  {
    when: /database space exceeded/,
    hint: 'etcd has used up its quota (alarm NOSPACE): compact, defragment, then `etcdctl alarm disarm`.',
  },
  {
    when: /user name is empty|authentication failed|invalid auth token|auth(entication)? is not enabled|UNAUTHENTICATED/,
    hint: 'etcd asks who we are: check the user and the password in the URLs of the endpoints.',
  },
  {
    when: /permission denied|PERMISSION_DENIED/,
    hint: 'The user in the URLs of the endpoints needs readwrite on all keys that begin with lockkeeper.',
  },
  {
    when: /UNIMPLEMENTED|Received HTTP status|Protocol error|Parse Error|PROTOCOL_ERROR|\bTLS\b|SSL|certificate/i,
    hint: 'This is not an etcd client port (usually 2379), or http and https are mixed up: check the endpoints.',
  },
  {
    when: /No connection established|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|Name resolution failed/,
    hint: 'Nobody listens there: check the endpoints, and that etcd runs.',
  },
]

const failureOf = (error: unknown): CallFailed =>
  error instanceof CallFailed ? error : new CallFailed(error)

export function unknown(error: unknown, more: Partial<Unknown> = {}): Unknown {
  const { message, maybeDone, hint } = failureOf(error)
  return { outcome: 'unknown', why: message, maybeDone, ...(hint ? { hint } : {}), ...more }
}

export const notDone = (error: unknown): Unknown => unknown(error, { maybeDone: false })

export const unsupported = (why: string, hint: string): Unknown => ({
  ...{ outcome: 'unknown', why, hint, maybeDone: false, unsupported: true },
})

export const notHeld: Extract<Answer, { outcome: 'refused' }> = {
  ...{ outcome: 'refused', why: 'not-held', holder: null, place: null, remainingMs: null },
}

/** Whether this was a lease that is no more: then nothing of the command was carried out. */
export const isLeaseGone = (error: unknown): boolean => error instanceof CallFailed && error.leaseGone
