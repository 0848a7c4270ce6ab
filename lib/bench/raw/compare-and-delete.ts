import type { Redis } from 'ioredis'

const COMPARE_AND_DELETE = "return redis.call('get', KEYS[1]) == ARGV[1] and redis.call('del', KEYS[1]) or 0"

/** Makes the server know the script; gives its digest. */
export async function teachCompareAndDelete(client: Redis): Promise<string> {
  return String(await client.script('LOAD', COMPARE_AND_DELETE))
}
