import { Redis } from 'ioredis'

/** What peers and hand-written locks work with: ioredis as it comes, connected. */
export async function openClients(urls: readonly string[]): Promise<Redis[]> {
  return await Promise.all(
    urls.map(async (url) => {
      const client = new Redis(url, { lazyConnect: true })
      client.on('error', () => {})
      await client.connect()
      return client
    }),
  )
}

export function closeClients(clients: readonly Redis[]): void {
  for (const client of clients) client.disconnect()
}
