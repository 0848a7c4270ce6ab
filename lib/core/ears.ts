import type { Clock } from './clock.ts'
import type { Handed, LockNode, Message, Stop } from './node.ts'

/** Hears the messages of all nodes for this process. A message may be lost: whoever listens also asks by the clock. */
export interface Ears {
  /** Resolves when all nodes are being listened to, at the latest `withinMs` after the first call. */
  open(withinMs: number): Promise<void>
  onWake(name: string, token: string, heard: () => void): () => void
  onHanded(token: string, heard: (handed: Handed) => void): () => void
  onLook(heard: (name: string) => void): void
  /** As if a node had said it. */
  tell(message: Message): void
  close(): Promise<void>
}

const RETRY_MS = 1_000
/** So much of a token tells who is meant. */
const TICKET_LENGTH = 16

export function createEars(nodes: readonly LockNode[], process: string, clock: Clock): Ears {
  const wakes = new Map<string, Map<string, () => void>>()
  const handovers = new Map<string, (handed: Handed) => void>()
  let look = (_name: string) => {}
  const closing = new AbortController()
  const stops: Stop[] = []
  const enough = new AbortController()
  let opened: Promise<void> | null = null

  const tell = (message: Message) => {
    if (message.kind === 'look') look(message.name)
    else if (message.kind === 'handed') handovers.get(message.ticket)?.(message)
    else wake(message.name, message.ticket)
  }
  const wake = (name: string, ticket: string | undefined) => {
    const waiters = wakes.get(name)
    if (!waiters) return
    const meant = ticket === undefined ? undefined : waiters.get(ticket)
    for (const heard of meant ? [meant] : [...waiters.values()]) heard()
  }
  const listen = async (node: LockNode) => {
    while (!closing.signal.aborted) {
      try {
        const stop = await node.listen(process, tell)
        if (closing.signal.aborted) await stop()
        else stops.push(stop)
        return
      } catch {
        await clock.sleep(RETRY_MS, closing.signal)
      }
    }
  }
  const untilHeard = async (all: Promise<void>[], withinMs: number) => {
    await Promise.race([Promise.all(all), clock.sleep(withinMs, enough.signal)])
    enough.abort()
  }
  return {
    tell,
    open(withinMs) {
      opened ??= untilHeard(nodes.map(listen), withinMs)
      return opened
    },
    onWake(name, token, heard) {
      const ticket = token.slice(0, TICKET_LENGTH)
      const waiters = wakes.get(name) ?? new Map()
      wakes.set(name, waiters.set(ticket, heard))
      return () => {
        waiters.delete(ticket)
        if (waiters.size === 0 && wakes.get(name) === waiters) wakes.delete(name)
      }
    },
    onHanded(token, heard) {
      const ticket = token.slice(0, TICKET_LENGTH)
      handovers.set(ticket, heard)
      return () => void handovers.delete(ticket)
    },
    onLook(heard) {
      look = heard
    },
    async close() {
      closing.abort()
      enough.abort()
      await Promise.allSettled(stops.splice(0).map((stop) => stop()))
    },
  }
}
