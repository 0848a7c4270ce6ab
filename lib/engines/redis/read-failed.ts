import { isForbidden, isUnsent, messageOf, unknownOf } from './trouble.ts'

const RIGHTS = 'Allow the user +@read and the keys of the locks.'

/** Why nothing could be read, in words that may be shown to anybody. */
export class ReadFailed extends Error {
  override readonly name = 'ReadFailed'
  /** What the server or the connection said, without the words that follow. */
  readonly said: string

  /** Of an error only its words are kept: it may know the arguments of a command. */
  constructor(why: unknown) {
    const said = wordsOf(messageOf(why))
    super(withHint(said))
    this.said = said
  }

  /** Refused for its key: others may be read. */
  get isForbidden(): boolean {
    return isForbidden(this.said)
  }

  /** Refused since it is not allowed, or not known there. */
  get isRefused(): boolean {
    return /^NOPERM|unknown (sub)?command|ERR This Redis command is not allowed/i.test(this.said)
  }
}

const wordsOf = (message: string): string =>
  isUnsent(message) ? 'the connection was lost and is not back yet' : message

function withHint(said: string): string {
  const hint = said.startsWith('NOPERM') ? RIGHTS : unknownOf(said, false).hint
  return hint ? `${said.replace(/\.$/, '')}. ${hint}` : said
}
