import type { Answer, Ask, HoldRef, Message, Order, WaitRef } from '../../../core/node.ts'
import type { Owner } from '../../../core/owner.ts'
import { createMemoryNode } from '../driver.ts'
import { MemoryStore } from '../store.ts'

export const ownerOf = (process: string): Owner => ({ service: process, host: 'h', pid: 1, process })
/** A token, or a ticket, of its own for each word. */
export const tokenOf = (word: string): string => Buffer.from(word).toString('hex').padEnd(32, '0')

/** For tests: a node on a store of its own, whose time stands still until it is moved. */
export function testNode(quarantineMs: number | null = null) {
  const alone = quarantineMs === null
  const time = { ms: 1_000_000_000 }
  const store = new MemoryStore({ now: () => time.ms, sleep: async () => {} })
  store.marker = true
  const node = createMemoryNode({ id: 'm', url: '', store, quarantineMs })
  const heard: (Message & { process: string })[] = []
  const one = async (answers: Promise<Answer[]>): Promise<Answer> => {
    const [answer] = await answers
    if (!answer) throw new Error('no answer')
    return answer
  }
  const askOf = (who: string, over: Partial<Ask> = {}): Ask => ({
    ...{ name: 'a', token: tokenOf(who), ttlMs: 1_000, owner: ownerOf(who), alone, withinMs: 60_000 },
    ...{ permits: 1, slot: null, proposal: null, heartbeatMs: null, minReplicas: 0 },
    ...over,
  })
  const holdOf = (who: string, over: Partial<HoldRef> = {}): HoldRef => ({
    ...{ name: 'a', token: tokenOf(who), ttlMs: 1_000, permits: 1, slot: null, process: who },
    ...over,
  })
  const waitOf = (who: string, over: Partial<WaitRef> = {}): WaitRef => ({
    ...{ name: 'a', ticket: tokenOf(who), heartbeatMs: 500, owner: ownerOf(who), permits: 1 },
    ...over,
  })
  return {
    store,
    node,
    heard,
    askOf,
    holdOf,
    pass: (ms: number) => {
      time.ms += ms
    },
    hear: (...processes: string[]) =>
      Promise.all(
        processes.map((process) =>
          node.listen(process, (message) => void heard.push({ process, ...message })),
        ),
      ),
    ask: (who: string, over?: Partial<Ask>) => one(node.attempt([askOf(who, over)])),
    wait: (who: string, over?: Partial<Ask>) =>
      one(node.attempt([askOf(who, { heartbeatMs: 500, ...over })])),
    renew: (who: string, over?: Partial<HoldRef> & { raiseTo?: string }) =>
      one(node.renew([{ raiseTo: null, ...holdOf(who, over) }])),
    release: (who: string, over?: Partial<HoldRef>) => one(node.release([holdOf(who, over)])),
    queue: (who: string, over?: Partial<WaitRef>) => one(node.queue([waitOf(who, over)])),
    leave: (who: string, over?: Partial<WaitRef>) => one(node.leave([waitOf(who, over)])),
    order: (order: Order) => one(node.order([order])),
    async read(name = 'a') {
      const [reading] = await node.read([name])
      if (!reading) throw new Error('no reading')
      return reading
    },
    holders: (name = 'a') => store.locks.get(name)?.holds.map(({ owner }) => owner.service) ?? [],
    queued: (name = 'a') => store.locks.get(name)?.queue.map(({ owner }) => owner.service) ?? [],
  }
}
