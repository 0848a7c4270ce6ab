import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Redis } from 'ioredis'

interface Script {
  lua: string
  sha: string
}

const source = (name: string): string =>
  readFileSync(new URL(`./scripts/${name}.lua`, import.meta.url), 'utf8')

function load(name: string): Script {
  const lua = `${source('shared')}\n${source(name)}`
  return { lua, sha: createHash('sha1').update(lua).digest('hex') }
}

export const SCRIPTS = {
  attempt: load('attempt'),
  renew: load('renew'),
  release: load('release'),
  leave: load('leave'),
}

/** Makes a server know all scripts, so that EVALSHA needs no second trip. Failing is harmless. */
export async function teachScripts(client: Redis): Promise<void> {
  await Promise.allSettled(Object.values(SCRIPTS).map(({ lua }) => client.script('LOAD', lua)))
}

/** Errors after which a command was certainly not carried out: the server refused it before it ran. */
const REFUSED =
  /^(NOSCRIPT|LOADING|NOPERM|NOAUTH|WRONGPASS|READONLY|MASTERDOWN|BUSY|OOM|MISCONF|ERR unknown command)\b/

/** What went wrong with a command, and whether it may have been carried out all the same. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
  readonly maybeDone: boolean
  constructor(message: string, maybeDone: boolean) {
    super(message)
    this.maybeDone = maybeDone
  }
}

/**
 * Runs one script. NOSCRIPT = certainly not carried out, so that sending the text is not sending again; but not after
 * `until` (by `performance.now()`), when its caller may have gone on.
 */
export async function runScript(
  client: Redis,
  { lua, sha }: Script,
  keys: readonly string[],
  args: readonly (string | number)[],
  until = Number.POSITIVE_INFINITY,
): Promise<unknown> {
  const operands = [keys.length, ...keys, ...args]
  try {
    return await client.evalsha(sha, ...(operands as [number, ...string[]]))
  } catch (error) {
    if (!messageOf(error).startsWith('NOSCRIPT') || performance.now() > until) throw failed(error)
  }
  try {
    return await client.eval(lua, ...(operands as [number, ...string[]]))
  } catch (error) {
    throw failed(error)
  }
}

const failed = (error: unknown): CommandFailed =>
  new CommandFailed(messageOf(error), !REFUSED.test(messageOf(error)) && !isUnsent(error))

/** ioredis refuses to take a command while it is not connected. */
const isUnsent = (error: unknown): boolean => messageOf(error).startsWith("Stream isn't writeable")

/** The client's error is left behind: it knows the arguments, and a server may repeat them. Tokens are among them. */
const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/,? with args beginning with:.*/s, '')
