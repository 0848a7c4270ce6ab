import type { Redis } from 'ioredis'
import type { Call } from './calls.ts'
import { type Connect, closeRedis, isReady, openRedis } from './connect.ts'
import { createNodeClock, type NodeClock } from './node-clock.ts'
import { readRunId } from './run-id.ts'
import { runScript, teachScripts } from './run-script.ts'
import { SCRIPTS } from './scripts.ts'
import { CommandFailed, connectionTrouble } from './trouble.ts'

const CONNECT_WITHIN_MS = 1_000

/** One connection to one server, with what is known of that server. Made in the background, and made again for ever. */
export interface Link {
  readonly client: Redis
  readonly clock: NodeClock
  /** Of the process at the other end; '' when that is not known. */
  readonly runId: string
  /** Resolves when what is to be known of the server has been asked for, if it can be reached. Never rejects. */
  known(): Promise<void> | null
  /** Rejects with `CommandFailed`. After `until` (by `performance.now()`) it is not sent any more. */
  run(script: keyof typeof SCRIPTS, call: Call, until?: number): Promise<unknown>
  close(): void
}

export interface LinkOptions {
  url: string | Connect
  name: string
  /** Whether to ask which process it is. */
  asksRunId: boolean
}

export function openLink({ url, name, asksRunId }: LinkOptions): Link {
  const client = openRedis(url, name)
  const clock = createNodeClock(client)
  let trouble: string | null = null
  let runId = ''
  let isKnown = false
  let learning: Promise<unknown> = Promise.resolve()
  client.on('error', (error) => {
    trouble = connectionTrouble(error)
  })
  client.on('close', () => {
    trouble ??= 'the connection was cut'
    isKnown = false
  })
  client.on('ready', () => {
    trouble = null
    const learnt = Promise.all([clock.learn(), asksRunId ? readRunId(client) : '', teachScripts(client)])
    learning = learnt.then(([, seen]) => {
      runId = seen
      isKnown = true
    })
  })
  const connected = async (until: number) => {
    if (!(await isReady(client, CONNECT_WITHIN_MS)))
      throw new CommandFailed(trouble ?? 'not connected', false)
    if (performance.now() > until) throw new CommandFailed('connected too late', false)
  }
  return {
    client,
    clock,
    get runId() {
      return runId
    },
    known: () =>
      isKnown
        ? null
        : isReady(client, CONNECT_WITHIN_MS)
            .then(() => learning)
            .then(() => {}),
    run(script, call, until = Number.POSITIVE_INFINITY) {
      if (client.status === 'ready') return runScript(client, SCRIPTS[script], call, until)
      return connected(until).then(() => runScript(client, SCRIPTS[script], call, until))
    },
    close: () => closeRedis(client),
  }
}
