import createWarlock from 'node-redis-warlock'
import { type Open, PATIENCE_MS, type Release, TTL_MS } from '../contender.ts'
import { closeClients, openClients } from '../redis-clients.ts'

/** It has to be told. */
const PAUSE_MS = 10

/** Made for node-redis 3, whose callbacks ioredis speaks as well. */
export const open: Open = async ({ urls }, pauseMs) => {
  const clients = await openClients(urls)
  const [client] = clients
  if (!client) throw new Error('no server')
  const warlock = createWarlock(client)
  const pause = pauseMs ?? PAUSE_MS
  return {
    acquire: (name) =>
      new Promise<Release>((resolve, reject) => {
        warlock.optimistic(name, TTL_MS, Math.ceil(PATIENCE_MS / pause), pause, (error, unlock) => {
          if (error) reject(error)
          else
            resolve(
              () =>
                new Promise<void>((done, fail) => unlock((trouble) => (trouble ? fail(trouble) : done()))),
            )
        })
      }),
    async close() {
      closeClients(clients)
    },
  }
}
