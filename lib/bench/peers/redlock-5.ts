import Redlock from 'redlock5'
import { type Open, TTL_MS } from '../contender.ts'
import { closeClients, openClients } from '../redis-clients.ts'
import { retries } from './retries.ts'

export const open: Open = async ({ urls }, pauseMs) => {
  const clients = await openClients(urls)
  const redlock = new Redlock(clients, retries(pauseMs))
  redlock.on('error', () => {})
  return {
    async acquire(name) {
      const held = await redlock.acquire([`redlock5:${name}`], TTL_MS)
      return () => held.release()
    },
    async close() {
      closeClients(clients)
    },
  }
}
