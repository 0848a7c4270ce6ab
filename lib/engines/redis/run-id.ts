import type { Redis } from 'ioredis'

/** Which process a server is; '' when it may not be asked. */
export async function readRunId(client: Redis): Promise<string> {
  try {
    return /^run_id:(\w+)/m.exec(await client.info('server'))?.[1] ?? ''
  } catch {
    return ''
  }
}
