import type { Answer, Ask, HoldRef, Message } from '../../core/index.ts'
import type { Stage } from './stage.ts'

/** What the core sends to a node, made by hand. */

let tokens = 0

const newToken = (): string => {
  tokens += 1
  return tokens.toString(16).padStart(32, 'a')
}

const ownerOf = (process: string): Ask['owner'] => ({ service: process, host: 'h', pid: 1, process })

export function askOf({ alone, subject }: Stage, name: string, given: Partial<Ask> = {}): Ask {
  return {
    name,
    token: newToken(),
    ttlMs: subject.maxTtlMs,
    owner: ownerOf(`holding-${newToken()}`),
    alone,
    withinMs: 5_000,
    permits: 1,
    slot: null,
    proposal: alone ? null : '1',
    heartbeatMs: null,
    minReplicas: 0,
    ...given,
  }
}

export const holdOf = ({ name, token, ttlMs, permits, slot, owner }: Ask): HoldRef => ({
  name,
  token,
  ttlMs,
  permits,
  slot,
  process: owner.process,
})

/** A waiter that asks once and then only listens. */
export interface Listener {
  token: string
  ticket: string
  process: string
  /** To its asking. */
  answer: Answer | undefined
  heard: readonly Message[]
  leave(): Promise<unknown>
}

const HEARTBEAT_MS = 10_000

/** On the first node: in the queue that is granted from, or in the one of a voter that only advises. */
export async function listenInQueue(stage: Stage, name: string): Promise<Listener> {
  const [node] = stage.nodes()
  if (!node) throw new Error('a backend has a node')
  const heard: Message[] = []
  const token = newToken()
  const process = `waiting-${token}`
  const owner = ownerOf(process)
  await node.listen(process, (message) => heard.push(message))
  const listener = { token, ticket: token.slice(0, 16), process, heard }
  if (!stage.alone) {
    const wait = { name, ticket: token, heartbeatMs: HEARTBEAT_MS, owner, permits: 1 }
    const [answer] = await node.queue([wait])
    return { ...listener, answer, leave: () => node.leave([wait]) }
  }
  const ask = askOf(stage, name, { token, owner, heartbeatMs: HEARTBEAT_MS })
  const [answer] = await node.attempt([ask])
  return { ...listener, answer, leave: () => node.release([holdOf(ask)]) }
}
