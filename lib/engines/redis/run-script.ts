import type { Redis } from 'ioredis'
import { SCRIPTS, type Script } from './scripts.ts'
import { CommandFailed, isRefusedCommand, messageOf } from './trouble.ts'

/** Makes a server know all scripts, so that EVALSHA needs no second trip. Failing is harmless. */
export async function teachScripts(client: Redis): Promise<void> {
  await Promise.allSettled(Object.values(SCRIPTS).map(({ lua }) => client.script('LOAD', lua)))
}

/**
 * Runs one script. One that the server does not know, or a command that it refuses to know, was certainly not carried
 * out, so that sending the text is not sending again; but not after `until` (by `performance.now()`), when its caller
 * may have gone on.
 */
export async function runScript(
  client: Redis,
  { lua, sha }: Script,
  keys: readonly string[],
  args: readonly (string | number)[],
  until = Number.POSITIVE_INFINITY,
): Promise<unknown> {
  try {
    return await client.evalsha(sha, keys.length, ...keys, ...args)
  } catch (error) {
    const message = messageOf(error)
    const isNew = message.startsWith('NOSCRIPT') || isRefusedCommand(message)
    if (!isNew || performance.now() > until) throw new CommandFailed(message)
  }
  try {
    return await client.eval(lua, keys.length, ...keys, ...args)
  } catch (error) {
    throw new CommandFailed(messageOf(error))
  }
}
