import Redlock from 'redlock4'
import { type Open, TTL_MS } from '../contender.ts'
import { closeClients, openClients } from '../redis-clients.ts'
import { retries } from './retries.ts'

export const open: Open = async ({ urls }, pauseMs) => {
  const clients = await openClients(urls)
  const redlock = new Redlock(clients, retries(pauseMs))
  redlock.on('clientError', () => {})
  return {
    async acquire(name) {
      const held = await redlock.lock(`redlock4:${name}`, TTL_MS)
      return () => held.unlock()
    },
    async close() {
      closeClients(clients)
    },
  }
}
