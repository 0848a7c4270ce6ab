import { randomBytes } from 'node:crypto'
import { type Open, TTL_MS } from '../contender.ts'
import { closeClients, openClients } from '../redis-clients.ts'
import { teachCompareAndDelete } from './compare-and-delete.ts'

/** What one would write by hand: SET NX PX, and a compare-and-delete. One command each. */
export const open: Open = async ({ urls }) => {
  const clients = await openClients(urls)
  const [client] = clients
  if (!client) throw new Error('no server')
  const sha = await teachCompareAndDelete(client)
  return {
    async acquire(name) {
      const key = `raw:${name}`
      const token = randomBytes(16).toString('hex')
      const reply = await client.set(key, token, 'PX', TTL_MS, 'NX')
      if (reply !== 'OK') throw new Error(`${name} is held`)
      return () => client.evalsha(sha, 1, key, token)
    },
    async close() {
      closeClients(clients)
    },
  }
}
