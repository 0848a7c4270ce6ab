import { bootstrapMemoryNode, createMemoryNode } from '../memory/driver.ts'
import { memoryStore } from '../memory/store.ts'
import { memoryProbe } from './memory-probe.ts'
import type { Subject } from './subject.ts'

const MAX_TTL_MS = 20_000

/** Stores of this process: one that decides alone, or several that vote. */
export function memorySubject(name: string, count: number): Subject {
  const urls = Array.from({ length: count }, (_, at) => `memory://${name}-${at}`)
  const stores = urls.map(memoryStore)
  const majority = Math.floor(count / 2) + 1
  const votes = count > 1
  const connect = (quarantineMs: number | null) =>
    urls.map((url, at) => createMemoryNode({ id: `m${at + 1}`, url, quarantineMs }))
  const bootstrap = async () => {
    for (const store of stores) store.quarantinedUntil = 0
    for (const url of urls) bootstrapMemoryNode(url)
  }
  const freeze = (some: number) => {
    for (const store of stores.slice(0, some)) store.freeze()
  }
  if (votes) for (const url of urls) bootstrapMemoryNode(url)
  return {
    ttlMs: 1_000,
    maxTtlMs: MAX_TTL_MS,
    connect: () => connect(votes ? MAX_TTL_MS : null),
    probe: memoryProbe(urls),
    replicas: 0,
    freeze: () => freeze(majority),
    freezeMinority: votes ? () => freeze(count - majority) : null,
    resume() {
      for (const store of stores) store.resume()
    },
    failures: {
      remembers: false,
      async crash(how) {
        for (const store of stores.slice(0, how === 'majority' ? majority : count - majority)) {
          store.stop()
          store.start({ empty: true })
        }
      },
      bootstrap: votes ? bootstrap : null,
      connectQuarantining: votes ? connect : null,
    },
    misplaced: [
      {
        what: 'a store that is down',
        connect: () =>
          urls.map((_, at) => {
            const url = `memory://${name}-down-${at}`
            memoryStore(url).stop()
            return createMemoryNode({ id: `d${at + 1}`, url, quarantineMs: votes ? MAX_TTL_MS : null })
          }),
        says: /connection refused/,
      },
    ],
    close: async () => {},
  }
}
