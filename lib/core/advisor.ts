import type { Clock } from './clock.ts'
import type { Command, Item, Line } from './line.ts'
import type { Answer, LockNode } from './node.ts'

/** The first voter that answers: it keeps the queue, and is asked before all others are disturbed. */
export interface Advisor {
  ask<C extends Command>(command: C, item: Item<C>, withinMs: number): Promise<Advice | null>
  /** The node to ask, as far as it is known. */
  node(): LockNode | null
  /** It was silent: for a while the next one is asked. */
  passOver(node: LockNode): void
}

export interface Advice {
  node: LockNode
  sentAt: number
  answer: Answer
}

/** Who was silent is not asked for so long. */
const PASSED_OVER_MS = 2_000

export function createAdvisor(lines: readonly Line[], clock: Clock): Advisor {
  const silentUntil = new Map<LockNode, number>()
  const passOver = (node: LockNode) => void silentUntil.set(node, clock.now() + PASSED_OVER_MS)
  const reachable = () => lines.filter(({ node }) => (silentUntil.get(node) ?? 0) <= clock.now())
  return {
    passOver,
    node: () => reachable()[0]?.node ?? null,
    async ask(command, item, withinMs) {
      for (const line of reachable()) {
        const { answer, sentAt } = await new Promise<{ answer: Answer | null; sentAt: number }>((resolve) => {
          line.send(command, item, withinMs, resolve)
        })
        if (answer && answer.outcome !== 'unknown') return { node: line.node, sentAt, answer }
        passOver(line.node)
      }
      return null
    },
  }
}
