import type { Redis } from 'ioredis'

/** How often servers were sent commands of these names, added up. What a script does inside counts as well. */
export async function countCommands(clients: readonly Redis[], names: readonly string[]): Promise<number> {
  const counts = await Promise.all(
    clients.map(async (client) => {
      const stats = await client.info('commandstats')
      return [...stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)]
        .filter(([, name = '']) => names.includes(name))
        .reduce((sum, [, , calls]) => sum + Number(calls), 0)
    }),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}
