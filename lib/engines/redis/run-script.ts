import type { Redis } from 'ioredis'
import type { Call } from './calls.ts'
import { SCRIPTS, type Script } from './scripts.ts'
import { CommandFailed, isRefusedCommand, messageOf } from './trouble.ts'
import type { Send } from './wire.ts'

/** Makes a server know all scripts, so that EVALSHA needs no second trip. Failing is harmless. */
export async function teachScripts(client: Redis): Promise<void> {
  await Promise.allSettled(Object.values(SCRIPTS).map(({ lua }) => client.script('LOAD', lua)))
}

/**
 * Runs one script. One that the server does not know, or a command that it refuses to know, was certainly not carried
 * out, so that sending the text is not sending again; but not after `until` (by `performance.now()`), when its caller
 * may have gone on. Rejects with `CommandFailed`.
 */
export function runScript(send: Send, { lua, sha }: Script, call: Call, until: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    send(['evalsha', sha, ...call], (reply) => {
      if (!(reply instanceof Error)) return resolve(reply)
      const message = messageOf(reply)
      const isNew = message.startsWith('NOSCRIPT') || isRefusedCommand(message)
      if (!isNew || performance.now() > until) return reject(new CommandFailed(message))
      send(['eval', lua, ...call], (again) =>
        again instanceof Error ? reject(new CommandFailed(messageOf(again))) : resolve(again),
      )
    })
  })
}
