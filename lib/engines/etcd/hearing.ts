import type { Message } from '../../core/node.ts'
import type { Cluster } from './connect.ts'
import { createEars, type Ears } from './ears.ts'
import { isHold, look, standingIn } from './entries.ts'
import {
  GATES,
  NOTICES,
  PREFIX,
  parseClosingKey,
  parseEntryKey,
  parseGateKey,
  parseNoticeKey,
} from './layout.ts'
import { CALL_WITHIN_MS, type KnownEntry } from './means.ts'
import { Turns, type Waiter } from './turns.ts'

/** How many digits of the token tell who is meant. */
const TICKET_LENGTH = 16

export const ticketOf = ({ token }: { token: string }): string => token.slice(0, TICKET_LENGTH)
export const fenceOf = ({ permits, revision }: Waiter): string | null => (permits > 1 ? null : revision)

/** What this process hears about its entries, and who is told of it. */
export function createHearing(
  cluster: Cluster,
  entries: Map<string, KnownEntry>,
): { ears: Ears; turns: Turns } {
  const tell = (process: string, message: Message) => ears.tell(process, message)
  const wake = (waiter: Waiter) =>
    tell(waiter.process, { kind: 'wake', name: waiter.name, ticket: ticketOf(waiter) })
  const hand = (waiter: Waiter) => {
    const entry = entries.get(waiter.token)
    if (!entry) return
    entry.held = true
    const { name, process } = waiter
    tell(process, { kind: 'handed', name, ticket: ticketOf(waiter), fence: fenceOf(waiter) })
  }
  const turns = new Turns({
    hand,
    wake,
    look: (waiter) =>
      void reads(cluster, waiter)
        .catch(() => false)
        .then((holds) => (holds ? hand(waiter) : wake(waiter))),
  })
  const lookAt = ({ name, process }: KnownEntry) => tell(process, { kind: 'look', name })

  const entryGone = (key: string, revision: string) => {
    const closed = parseClosingKey(key)
    if (closed !== null) return turns.happened(closed, 'gate closed', key, revision)
    const parsed = parseEntryKey(key)
    if (!parsed) return
    const own = entries.get(parsed.token)
    if (own?.held && Number(revision) > (own.revision ?? 0)) lookAt(own)
    turns.happened(parsed.name, 'entry gone', key, revision)
  }
  const gateGone = (key: string, revision: string) => {
    const name = parseGateKey(key)
    if (name !== null) turns.happened(name, 'gate gone', key, revision)
  }
  const noticePut = (key: string) => {
    const parsed = parseNoticeKey(key)
    const own = parsed && entries.get(parsed.token)
    if (own) lookAt(own)
  }
  const ears = createEars(cluster, {
    watched: [
      { prefix: PREFIX, what: 'gone', heard: entryGone },
      { prefix: GATES, what: 'gone', heard: gateGone },
      { prefix: NOTICES, what: 'put', heard: noticePut },
    ],
    begun(revision) {
      turns.toldSince(revision)
      for (const entry of entries.values()) if (entry.held) lookAt(entry)
    },
    missed: () => turns.missed(),
  })
  return { ears, turns }
}

/** Whether it holds now, which nothing that was heard says. */
async function reads(cluster: Cluster, waiter: Waiter): Promise<boolean> {
  const answer = await cluster.ask(
    (client, options) => client.kv.txn(look(waiter, [waiter], Number(waiter.revision)), options),
    CALL_WITHIN_MS,
  )
  const standing = standingIn(answer, waiter, null, null)
  return standing.own?.revision === waiter.revision && isHold(standing, waiter.permits)
}
