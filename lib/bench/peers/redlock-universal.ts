import { createLock, createRedlock, IoredisAdapter } from 'redlock-universal'
import { type Open, PATIENCE_MS, TTL_MS } from '../contender.ts'
import { closeClients, openClients } from '../redis-clients.ts'

/** In its lean mode, which is its fastest. It asks for Node 22, but what is used of it here runs on Node 20. */
export const open: Open = async ({ kind, urls }, pauseMs) => {
  const clients = await openClients(urls)
  const adapters = clients.map((client) => new IoredisAdapter(client))
  const [adapter] = adapters
  if (!adapter) throw new Error('no server')
  const lockOf = (name: string) => {
    const retries = pauseMs ? { retryAttempts: Math.ceil(PATIENCE_MS / pauseMs), retryDelay: pauseMs } : {}
    const settings = { key: `universal:${name}`, ttl: TTL_MS, ...retries }
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
