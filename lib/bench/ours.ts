import { createLocks } from '../core/index.ts'
import { openLockNodes } from '../engines/registry.ts'
import { type BackendSpec, backendSpecSchema } from '../engines/spec.ts'
import { type Open, type Place, TTL_MS } from './contender.ts'

const WAIT_MS = 60_000

/** As it comes: renewed by itself, with owner, fence, index and queue. */
export const open: Open = async (place) => {
  const nodes = openLockNodes(specOf(place))
  const locks = createLocks({ backend: nodes.backend, owner: { service: 'bench' } })
  return {
    async acquire(name) {
      const hold = await locks.acquire(name, { ttlMs: TTL_MS, waitMs: WAIT_MS })
      return () => hold.release()
    },
    async close() {
      await locks.close()
      await nodes.close()
    },
  }
}

function specOf({ kind, urls }: Place): BackendSpec {
  const id = 'bench'
  if (kind === 'redis') return backendSpecSchema.parse({ id, kind, url: urls[0] })
  if (kind === 'redlock') return backendSpecSchema.parse({ id, kind, nodes: urls })
  return backendSpecSchema.parse({ id, kind, endpoints: urls })
}
