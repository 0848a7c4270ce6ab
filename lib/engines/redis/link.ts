import type { Redis } from 'ioredis'
import type { Call } from './calls.ts'
import { type Connect, closeRedis, isReady, openRedis } from './connect.ts'
import { createNodeClock, type NodeClock } from './node-clock.ts'
import { readRunId } from './run-id.ts'
import { runScript, teachScripts } from './run-script.ts'
import { SCRIPTS } from './scripts.ts'
import { CommandFailed, connectionTrouble, isShutOut, isUnsent, messageOf } from './trouble.ts'

const CONNECT_WITHIN_MS = 1_000

/** One connection to one server, with what is known of that server. Made in the background, and made again for ever. */
export interface Link {
  readonly client: Redis
  readonly clock: NodeClock
  /** Of the process at the other end; '' when that is not known. */
  readonly runId: string
  /** Null when the server is known; else resolves when it has been asked, if it can be reached. Never rejects. */
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
  let connections = 0
  let waitedFor = -1
  let learning: Promise<void> = Promise.resolve()

  /** One word first: a server that wants a password cuts whoever says more. */
  const learn = async (connection: number) => {
    const refusal = await clock.learn().then(() => null, messageOf)
    if (connection !== connections || (refusal && isUnsent(refusal))) return
    trouble = refusal && isShutOut(refusal) ? refusal : null
    if (trouble) return
    const [seen] = await Promise.all([asksRunId ? readRunId(client) : '', teachScripts(client)])
    if (connection !== connections) return
    runId = seen
    isKnown = true
  }
  client.on('error', (error) => {
    trouble = connectionTrouble(error)
  })
  client.on('close', () => {
    trouble ??= 'the connection was cut'
    isKnown = false
    connections += 1
  })
  client.on('ready', () => {
    learning = learn(connections)
  })

  const known = async () => {
    // Nobody waits twice for the same connection.
    if (waitedFor === connections && client.status !== 'ready') return
    const connection = connections
    if (!(await isReady(client, CONNECT_WITHIN_MS))) waitedFor = connection
    await learning
    // It may have been let in since.
    if (!isKnown && client.status === 'ready') await learn(connections)
  }
  const runLate = async (script: keyof typeof SCRIPTS, call: Call, until: number) => {
    await known()
    if (!isKnown) throw new CommandFailed(trouble ?? 'it accepts, but says nothing', false)
    if (performance.now() > until) throw new CommandFailed('connected too late', false)
    return runScript(client, SCRIPTS[script], call, until)
  }
  return {
    client,
    clock,
    get runId() {
      return runId
    },
    known: () => (isKnown ? null : known()),
    run: (script, call, until = Number.POSITIVE_INFINITY) =>
      isKnown ? runScript(client, SCRIPTS[script], call, until) : runLate(script, call, until),
    close: () => closeRedis(client),
  }
}
