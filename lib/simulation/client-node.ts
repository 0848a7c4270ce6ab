import type { LockNode } from '../core/index.ts'
import type { ClientTime } from './client-time.ts'
import type { JudgedStore } from './judged-store.ts'
import { LONGEST_TTL_MS } from './plan.ts'
import { type Sabotage, spoiledAnswer, spoiledAsk } from './sabotage.ts'

interface Link {
  time: ClientTime
  store: JudgedStore
  losesMessage(): boolean
  sabotage: Sabotage
}

/** Dead waiters are passed over sooner than in life, where no TTL is this short. */
const DEAD_AFTER_MS = LONGEST_TTL_MS

/** A node as one process sees it: nothing comes back while the process stands still. */
export function createClientNode(node: LockNode, { time, store, losesMessage, sabotage }: Link): LockNode {
  const brought = <T>(answer: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      answer.then(
        (value) => time.enter(() => resolve(value)),
        (error) => time.enter(() => reject(error)),
      )
    })
  return {
    id: node.id,
    capabilities: node.capabilities,
    attempt(asks) {
      for (const { token, withinMs } of asks) store.sends(token, withinMs)
      const scaled = asks.map((ask) =>
        spoiledAsk(ask.heartbeatMs === null ? ask : { ...ask, ...heartbeat }, sabotage),
      )
      const answers = node.attempt(scaled)
      return brought(answers.then((all) => all.map((answer) => spoiledAnswer(answer, sabotage))))
    },
    renew: (holds) => brought(node.renew(holds)),
    release: (holds) => brought(node.release(holds)),
    queue: (waits) => brought(node.queue(waits.map((wait) => ({ ...wait, ...heartbeat })))),
    leave: (waits) => brought(node.leave(waits)),
    order: (orders) => brought(node.order(orders)),
    read: (names) => brought(node.read(names)),
    listen: (process, onMessage) =>
      brought(
        node.listen(process, (message) => {
          if (!losesMessage()) time.enter(() => onMessage(message))
        }),
      ),
  }
}

const heartbeat = { heartbeatMs: DEAD_AFTER_MS }
