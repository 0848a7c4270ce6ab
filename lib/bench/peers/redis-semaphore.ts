import { Mutex, RedlockMutex } from 'redis-semaphore'
import { type Open, PATIENCE_MS, TTL_MS } from '../contender.ts'
import { closeClients, openClients } from '../redis-clients.ts'

const SETTINGS = { lockTimeout: TTL_MS, acquireTimeout: PATIENCE_MS, retryInterval: 5 }

/** Renewed by itself, as it comes. */
export const open: Open = async ({ kind, urls }) => {
  const clients = await openClients(urls)
  const [client] = clients
  if (!client) throw new Error('no server')
  return {
    async acquire(name) {
      const mutex =
        kind === 'redlock' ? new RedlockMutex(clients, name, SETTINGS) : new Mutex(client, name, SETTINGS)
      await mutex.acquire()
      return () => mutex.release()
    },
    async close() {
      closeClients(clients)
    },
  }
}
