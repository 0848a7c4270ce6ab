import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parseFence } from './fence.ts'
import { StaleFence } from './stale-fence.ts'

type Word = string | number | Buffer

/** What is needed of a Redis client. One of ioredis will do, if it has no `keyPrefix`. */
export interface ScriptClient {
  evalsha(sha: string, keyCount: number, ...operands: Word[]): Promise<unknown>
  eval(lua: string, keyCount: number, ...operands: Word[]): Promise<unknown>
}

export interface GuardedWrite {
  /** A key, or any name that everybody who writes there uses for it. */
  resource: string
  fence: string | null
  /** What to do, in order, such as `['HSET', 'account:7', 'balance', 12]`. */
  commands: readonly (readonly [name: string, ...words: Word[]])[]
  /** The keys that the commands touch; the resource itself when it is left out. On a cluster all are in one slot. */
  keys?: readonly string[]
}

const lua = readFileSync(new URL('./guarded-write.lua', import.meta.url), 'utf8')
const sha = createHash('sha1').update(lua).digest('hex')

/**
 * Where the fence of a resource is kept: beside it, in the same slot of a cluster. It must live as long as any hold of old
 * may write, so it does not expire.
 */
export const fenceKeyOf = (resource: string): string =>
  hasTag(resource) ? `${resource}:fence` : `{${resource}}:fence`

/** Redis takes what is between the first brace and the next closing one, if anything is. */
function hasTag(key: string): boolean {
  const open = key.indexOf('{')
  return open >= 0 && key.indexOf('}', open) > open + 1
}

/**
 * Compares the fence with the highest one that the resource has seen and carries out the commands, in one step. Throws
 * StaleFence when it is lower. Any other error is the client's: the write may have happened then, and doing it once more
 * with the same fence is safe as far as the commands are.
 */
export async function guardedWrite(client: ScriptClient, write: GuardedWrite): Promise<unknown[]> {
  const { resource, commands, keys = [resource] } = write
  const fence = parseFence(write.fence)
  const allKeys = [fenceKeyOf(resource), ...keys]
  const words = commands.flatMap((command) => [command.length, ...command])
  const reply = await runScript(client, allKeys, [String(fence), ...words])
  const [outcome, rest] = Array.isArray(reply) ? reply : []
  if (outcome === 'stale') throw new StaleFence(resource, fence, parseFence(String(rest)))
  if (outcome !== 'done' || !Array.isArray(rest))
    throw new Error('Redis gave an answer that is not understood')
  return rest
}

/** A server that does not know the script has done nothing, so that the text may follow. */
async function runScript(client: ScriptClient, keys: string[], args: Word[]): Promise<unknown> {
  try {
    return await client.evalsha(sha, keys.length, ...keys, ...args)
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
  }
  return await client.eval(lua, keys.length, ...keys, ...args)
}
