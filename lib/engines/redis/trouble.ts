import type { Answer } from '../../core/node.ts'

type Unknown = Extract<Answer, { outcome: 'unknown' }>

interface Known {
  says: RegExp
  hint?: string
  /** The server refused it before it ran. */
  refused?: true
  /** Asking again will not help. */
  unsupported?: true
}

/** An ACL that does without scripts, or a server from which they were renamed away. */
const NO_SCRIPTS =
  /^NOPERM.*'(?:eval|evalsha)(?:\|\w+)?'|^NOPERM.*this user has no permissions to run the '?eval|^ERR unknown command.*\beval(?:sha)?\b/i

const FORBIDDEN_KEY = /^NOPERM.*\bkeys?\b|^ERR The user executing the script can't access/i

const KNOWN: readonly Known[] = [
  {
    says: NO_SCRIPTS,
    hint: 'Locks are taken by scripts: allow the user +eval and +evalsha, or use a server that has them.',
    refused: true,
    unsupported: true,
  },
  { says: FORBIDDEN_KEY, hint: 'Allow the user the keys ~lk:*.', refused: true },
  {
    says: /^NOPERM|^ERR The user executing the script|^ERR Unknown Redis command called from script/i,
    hint: 'Allow the user the commands that the scripts use: +@read +@write +time +publish.',
    refused: true,
  },
  {
    says: /^WRONGPASS|invalid (username-)?password/i,
    hint: 'Check user and password in the URL.',
    refused: true,
  },
  { says: /^NOAUTH|^ERR.*Client sent AUTH/, hint: 'Check user and password in the URL.', refused: true },
  {
    says: /^(READONLY|MASTERDOWN)\b/,
    hint: 'This is a replica: name the primary, or its Sentinels.',
    refused: true,
  },
  { says: /^OOM\b/, hint: 'The server is full: raise its maxmemory, or free some.', refused: true },
  { says: /^MISCONF\b/, hint: 'The server can not save to its disk: see its log.', refused: true },
  { says: /^BUSY\b/, hint: 'Somebody’s script blocks the server: see SCRIPT KILL.', refused: true },
  {
    says: /^NOREPLICAS\b/,
    hint: 'The server wants more replicas before it writes: min-replicas-to-write.',
    refused: true,
  },
  {
    says: /^(MOVED|ASK|CROSSSLOT|CLUSTERDOWN)\b/,
    hint: 'This is a node of a Redis Cluster: open it as one.',
    refused: true,
  },
  { says: /^(NOSCRIPT|LOADING|TRYAGAIN)\b/, refused: true },
  {
    says: /All sentinels are unreachable/,
    hint: 'Check hosts and ports of the Redis Sentinels, and what they call the primary.',
  },
  { says: /says nothing/, hint: 'Check that it is a Redis server, and that it is not stopped.' },
  {
    says: /RESP type|Protocol error/i,
    hint: 'Nobody there speaks the language of Redis: check host and port of the URL.',
  },
  {
    says: /wrong version number|EPROTO|certificate|TLS/i,
    hint: 'Check TLS: rediss:// with it, redis:// without.',
  },
  { says: /ENOTFOUND|EAI_AGAIN/, hint: 'Nobody knows that host: check the URL.' },
  {
    says: /connection refused|ECONNREFUSED/,
    hint: 'Check that the server runs, and host and port of the URL.',
  },
  {
    says: /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/,
    hint: 'The host can not be reached: check the URL (rediss:// is with TLS) and the network.',
  },
]

const knownBy = (message: string): Known | undefined => KNOWN.find(({ says }) => says.test(message))

/** What went wrong with a command, and whether it may have been carried out all the same. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
  readonly maybeDone: boolean
  constructor(message: string, maybeDone = !isUnsent(message) && !knownBy(message)?.refused) {
    super(message)
    this.maybeDone = maybeDone
  }

  get answer(): Unknown {
    return unknownOf(this.message, this.maybeDone)
  }
}

/** Trouble in words, with what to do about it where somebody can. */
export function unknownOf(why: string, maybeDone: boolean): Unknown {
  const { hint, unsupported } = knownBy(why) ?? {}
  return {
    outcome: 'unknown',
    why,
    maybeDone,
    ...(hint ? { hint } : {}),
    ...(unsupported ? { unsupported } : {}),
  }
}

/** A server that does not know the command at all, or not for us. */
export const isRefusedCommand = (message: string): boolean => NO_SCRIPTS.test(message)

/** Refused because of one of the keys: others in the batch may be allowed. */
export const isForbidden = (message: string): boolean => FORBIDDEN_KEY.test(message)

/** Nothing at all may be said without a password. */
export const isShutOut = (message: string): boolean => /^(NOAUTH|WRONGPASS)\b/.test(message)

/** ioredis refuses to take a command while it is not connected. */
export const isUnsent = (message: string): boolean => message.startsWith("Stream isn't writeable")

/** What a server adds: the arguments, among which are tokens, and where in a script it was. */
const ADDED = /,? with args beginning with:.*| script: [0-9a-f]{40}, on @user_script:\d+\.$/s

/** The client's error is left behind: it knows the arguments, too. */
export const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(ADDED, '')

/** Of a connection. Node gives some of them no message. */
export function connectionTrouble(error: Error): string {
  const code = 'code' in error ? String(error.code) : ''
  if (code === 'ECONNREFUSED') return 'connection refused'
  return messageOf(error).replace('. Please report this.', '') || code || error.name
}
