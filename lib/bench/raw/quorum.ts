import { randomBytes } from 'node:crypto'
import { type Open, TTL_MS } from '../contender.ts'
import { closeClients, openClients } from '../redis-clients.ts'
import { teachCompareAndDelete } from './compare-and-delete.ts'

/** What one would write by hand on a quorum: all nodes at once, done as soon as a majority is. */
export const open: Open = async ({ urls }) => {
  const clients = await openClients(urls)
  const [sha = ''] = await Promise.all(clients.map(teachCompareAndDelete))
  const needed = Math.floor(clients.length / 2) + 1
  return {
    async acquire(name) {
      const key = `raw:${name}`
      const token = randomBytes(16).toString('hex')
      await majority(
        needed,
        clients.map((client) => client.set(key, token, 'PX', TTL_MS, 'NX')),
        (reply) => reply === 'OK',
      )
      return () =>
        majority(
          needed,
          clients.map((client) => client.evalsha(sha, 1, key, token)),
          (reply) => reply === 1,
        )
    },
    async close() {
      closeClients(clients)
    },
  }
}

function majority(
  needed: number,
  replies: readonly Promise<unknown>[],
  isYes: (reply: unknown) => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let yes = 0
    let no = 0
    const count = (agrees: boolean) => {
      if (agrees) yes += 1
      else no += 1
      if (yes === needed) resolve()
      else if (no > replies.length - needed) reject(new Error('no majority'))
    }
    for (const reply of replies)
      reply.then(
        (value) => count(isYes(value)),
        () => count(false),
      )
  })
}
