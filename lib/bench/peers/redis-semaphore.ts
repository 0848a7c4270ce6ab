import { Mutex, RedlockMutex } from 'redis-semaphore'
import { type Open, PATIENCE_MS, TTL_MS } from '../contender.ts'
import { closeClients, openClients } from '../redis-clients.ts'

/** Renewed by itself, as it comes. */
export const open: Open = async ({ kind, urls }, pauseMs) => {
  const clients = await openClients(urls)
  const [client] = clients
  if (!client) throw new Error('no server')
  const retries = pauseMs ? { retryInterval: pauseMs } : {}
  const settings = { lockTimeout: TTL_MS, acquireTimeout: PATIENCE_MS, ...retries }
  return {
    async acquire(name) {
      const mutex =
        kind === 'redlock' ? new RedlockMutex(clients, name, settings) : new Mutex(client, name, settings)
      await mutex.acquire()
      return () => mutex.release()
    },
    async close() {
      closeClients(clients)
    },
  }
}
