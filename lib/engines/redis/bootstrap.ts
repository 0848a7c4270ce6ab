import { LockError } from '../../core/index.ts'
import type { Access } from '../access.ts'
import { closeRedis, isReady, openRedis } from './connect.ts'
import { bootstrapRedisNode } from './driver.ts'
import { reach } from './reach.ts'

const CONNECT_WITHIN_MS = 5_000

/** Connects for it. A server that can't be reached is left as it is. */
export async function bootstrapRedis(url: string, access: Access): Promise<void> {
  const client = openRedis(reach(url, access), 'lockkeeper:bootstrap')
  try {
    if (await isReady(client, CONNECT_WITHIN_MS)) return await bootstrapRedisNode(client)
    throw new LockError('backend_unavailable', `${new URL(url).host} can't be reached.`, {
      lock: '',
      hint: 'Start the server, and bootstrap it again; the others keep what they were told.',
    })
  } finally {
    closeRedis(client)
  }
}
