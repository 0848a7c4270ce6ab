import { createHmac, randomBytes } from 'node:crypto'
import { openBackend } from '../engines/registry.ts'
import { backendSpecSchema } from '../engines/spec.ts'
import type { NewEvent } from '../fleet/event.ts'
import type { Lock } from '../fleet/lock.ts'
import type { FleetNode } from '../fleet/node.ts'
import { createWatch } from './create-watch.ts'
import type { Watch } from './watch.ts'

/** For tests: a watch on one backend, and what they ask of it again and again. */
export interface Watching {
  watch: Watch
  /** All that were told, in the order of telling. */
  events: NewEvent[]
  /** What was told of the holds and waits of a lock. */
  kinds(name: string): NewEvent['kind'][]
  lock(name: string): Lock | undefined
  node(name: string): FleetNode | undefined
  close(): Promise<void>
}

export const testDigest = (token: Uint8Array | string): string =>
  createHmac('sha256', 'a key for tests').update(token).digest('hex').slice(0, 16)

export const newToken = (): string => randomBytes(16).toString('hex')

export async function startWatching(input: unknown): Promise<Watching> {
  const spec = backendSpecSchema.parse(input)
  const open = await openBackend(spec, { digest: testDigest })
  const { kind, budget, maxTtlMs } = spec
  const watch = createWatch([{ open, kind, environment: null, demo: false, budget, maxTtlMs }], {
    onTrouble: (error) => {
      throw error
    },
  })
  const events: NewEvent[] = []
  watch.onChange((change) => void events.push(...change.events))
  return {
    watch,
    events,
    kinds: (name) =>
      events.flatMap(({ lockName, kind }) => (lockName === name && kind !== 'state' ? [kind] : [])),
    lock(name) {
      for (const brief of watch.locks.briefs()) if (brief.name === name) return watch.locks.get(brief.id)
    },
    node: (name) => watch.backends()[0]?.nodes.find((node) => node.name === name),
    async close() {
      await watch.close()
      await open.close()
    },
  }
}

/** Waits for something to be there. */
export async function until<T>(what: string, find: () => T, withinMs = 12_000): Promise<NonNullable<T>> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const found = find()
    if (found !== null && found !== undefined && found !== false) return found
    if (performance.now() > deadline) throw new Error(`did not come: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** The value that our library writes for a holder, as in layout.ts of redis. */
export function ownValue(token: string, ttl: number, over: Record<string, unknown> = {}): string {
  const owner = { service: 'billing', host: 'web-3', pid: 7, version: '1.2.0', process: 'p1' }
  return `${token} ${JSON.stringify({ fence: '123', since: Date.now(), ttl, owner, ...over })}`
}
