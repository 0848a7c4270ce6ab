import { createLock, createRedlock, IoredisAdapter } from 'redlock-universal'
import { type Open, PATIENCE_MS, TTL_MS } from '../contender.ts'
import { closeClients, openClients } from '../redis-clients.ts'

const PAUSE_MS = 5

/** In its lean mode, which is its fastest. It asks for Node 22, but what is used of it here runs on Node 20. */
export const open: Open = async ({ kind, urls }) => {
  const clients = await openClients(urls)
  const adapters = clients.map((client) => new IoredisAdapter(client))
  const [adapter] = adapters
  if (!adapter) throw new Error('no server')
  const lockOf = (name: string) => {
    const key = `universal:${name}`
    const settings = { key, ttl: TTL_MS, retryAttempts: PATIENCE_MS / PAUSE_MS, retryDelay: PAUSE_MS }
    return kind === 'redlock'
      ? createRedlock({ ...settings, adapters })
      : createLock({ ...settings, adapter, performance: 'lean' })
  }
  const locks = new Map<string, ReturnType<typeof lockOf>>()
  return {
    async acquire(name) {
      const lock = locks.get(name) ?? lockOf(name)
      locks.set(name, lock)
      const held = await lock.acquire()
      return () => lock.release(held)
    },
    async close() {
      closeClients(clients)
    },
  }
}
