import { createLocks, type Hold, type Locks, type LocksOptions } from '../../core/index.ts'
import type { ClosableNode, Subject } from './subject.ts'

/** The clients of one test, and names that no other test uses. */
export interface Stage {
  readonly subject: Subject
  name(): string
  client(service: string, options?: Partial<LocksOptions>): Locks
  clear(): Promise<void>
}

let names = 0

export function createStage(subject: Subject): Stage {
  const opened: { locks: Locks; nodes: ClosableNode[] }[] = []
  return {
    subject,
    name() {
      names += 1
      return `conformance/${names}`
    },
    client(service, options = {}) {
      const nodes = subject.connect()
      const backend = { id: 'conformance', nodes, maxTtlMs: subject.maxTtlMs }
      // Generous: a busy machine must not look like a silent node. Deadlines are tested on a virtual clock.
      const nodeTimeoutMs = subject.ttlMs / 2
      const locks = createLocks({ backend, owner: { service }, nodeTimeoutMs, ...options })
      opened.push({ locks, nodes })
      return locks
    },
    async clear() {
      subject.resume()
      for (const { locks, nodes } of opened.splice(0)) {
        await locks.close()
        await Promise.all(nodes.map((node) => node.close()))
      }
    },
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Until it is so; the test's own time-out says when it never is. */
export async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await pause(20)
}

export const lost = (hold: Hold): Promise<unknown> =>
  new Promise((resolve) => {
    if (hold.signal.aborted) resolve(hold.signal.reason)
    else hold.signal.addEventListener('abort', () => resolve(hold.signal.reason), { once: true })
  })
