import type { Message } from '../../core/index.ts'
import { pause } from './stage.ts'
import type { ClosableNode } from './subject.ts'

/** What lies between a client and one of its nodes. */
interface Way {
  /** Passed before a command is sent. */
  there?: () => Promise<void>
  /** Passed before an answer or a message comes in. */
  back?: () => Promise<void>
  /** Whether a message gets through at all. */
  lets?: (message: Message) => boolean
}

const open = async (): Promise<void> => {}

/** The same node, seen over that way. */
export function over(
  { there = open, back = open, lets = () => true }: Way,
  node: ClosableNode,
): ClosableNode {
  const pass =
    <In, Out>(ask: (input: In) => Promise<Out>) =>
    async (input: In): Promise<Out> => {
      await there()
      try {
        return await ask(input)
      } finally {
        await back()
      }
    }
  return {
    id: node.id,
    capabilities: node.capabilities,
    attempt: pass((asks) => node.attempt(asks)),
    renew: pass((holds) => node.renew(holds)),
    release: pass((holds) => node.release(holds)),
    queue: pass((waits) => node.queue(waits)),
    leave: pass((waits) => node.leave(waits)),
    order: pass((orders) => node.order(orders)),
    read: pass((names) => node.read(names)),
    listen: (process, onMessage) =>
      node.listen(process, (message) => {
        if (lets(message)) void back().then(() => onMessage(message))
      }),
    close: () => node.close(),
  }
}

/** Each command is a while on its way, and so is each answer. Commands don't overtake each other. */
export function delayed(node: ClosableNode, delayMs: () => number): ClosableNode {
  let line = Promise.resolve()
  const there = () => {
    line = line.then(() => pause(delayMs()))
    return line
  }
  return over({ there, back: () => pause(delayMs()) }, node)
}
