import type { Redis } from 'ioredis'
import type { Call } from './calls.ts'
import { SCRIPTS, type Script } from './scripts.ts'
import { CommandFailed, isRefusedCommand, messageOf } from './trouble.ts'

/** Makes a server know all scripts, so that EVALSHA needs no second trip. Failing is harmless. */
export async function teachScripts(client: Redis): Promise<void> {
  await Promise.allSettled(Object.values(SCRIPTS).map(({ lua }) => client.script('LOAD', lua)))
}

type Operands = [keys: number, ...rest: (string | number)[]]

/**
 * Runs one script. One that the server does not know, or a command that it refuses to know, was certainly not carried
 * out, so that sending the text is not sending again; but not after `until` (by `performance.now()`), when its caller
 * may have gone on.
 */
export function runScript(client: Redis, { lua, sha }: Script, call: Call, until: number): Promise<unknown> {
  return client.evalsha(sha, ...(call as Operands)).catch((error) => {
    const message = messageOf(error)
    const isNew = message.startsWith('NOSCRIPT') || isRefusedCommand(message)
    if (!isNew || performance.now() > until) throw new CommandFailed(message)
    return client.eval(lua, ...(call as Operands)).catch((again) => {
      throw new CommandFailed(messageOf(again))
    })
  })
}
