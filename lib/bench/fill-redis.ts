import type { Redis } from 'ioredis'

const PORTION = 20_000

/** What nobody takes for a lock: caches, counters, users, queues. */
const OTHERS = `
for i = tonumber(ARGV[1]), tonumber(ARGV[2]) do
  local kind = i % 4
  if kind == 0 then redis.call('SET', 'cache:page:' .. i, '<html>' .. i .. '</html>', 'PX', 86400000)
  elseif kind == 1 then redis.call('SET', 'stats:visits:' .. i, i)
  elseif kind == 2 then redis.call('HSET', 'user:' .. i, 'name', 'user ' .. i, 'plan', 'free')
  else redis.call('SET', 'user:' .. i .. ':settings', '{"theme":"dark","id":' .. i .. '}') end
end`

/** As other libraries write them: redlock, redis-semaphore, Redisson, and one that counts. */
const FOREIGN = `
local function hex(i) return string.sub(redis.sha1hex(i), 1, 32) end
local function uuid(i)
  local h = hex(i)
  return h:sub(1, 8) .. '-' .. h:sub(9, 12) .. '-4' .. h:sub(14, 16) .. '-8' .. h:sub(18, 20) .. '-' .. h:sub(21, 32)
end
for i = tonumber(ARGV[1]), tonumber(ARGV[2]) do
  local kind = i % 10
  if kind < 5 then redis.call('SET', 'lock:orders:' .. i, hex(i), 'PX', 3600000)
  elseif kind < 7 then redis.call('SET', 'mutex:account:' .. i, uuid(i), 'PX', 3600000)
  elseif kind < 9 then
    redis.call('HSET', 'lock:stock:' .. i, uuid(i) .. ':42', 1)
    redis.call('PEXPIRE', 'lock:stock:' .. i, 3600000)
  else
    local now = redis.call('TIME')
    redis.call('ZADD', 'semaphore:pool:' .. i, now[1] * 1000, uuid(i))
    redis.call('PEXPIRE', 'semaphore:pool:' .. i, 3600000)
  end
end`

/** As our own library writes them, with the index. */
const OWN = `
local now = redis.call('TIME')[1] * 1000
for i = tonumber(ARGV[1]), tonumber(ARGV[2]) do
  local name, owner = 'orders/' .. i, '{"process":"p' .. i % 200 .. '","service":"billing","host":"web-3","pid":7}'
  local told = '{"fence":"' .. 1795264975619342 + i .. '","since":' .. now .. ',"ttl":3600000,"owner":' .. owner .. '}'
  redis.call('SET', 'lk:{' .. name .. '}', string.sub(redis.sha1hex(i), 1, 32) .. ' ' .. told, 'PX', 3600000)
  redis.call('ZADD', 'lk:index', now + 3600000, name)
end`

/** So many keys, of which so many are locks. */
export async function fill(
  redis: Redis,
  keys: number,
  locks: number,
  whose: 'ours' | 'others',
): Promise<void> {
  await inPortions(redis, whose === 'ours' ? OWN : FOREIGN, locks)
  await inPortions(redis, OTHERS, keys - locks)
}

async function inPortions(redis: Redis, script: string, count: number): Promise<void> {
  for (let from = 1; from <= count; from += PORTION)
    await redis.eval(script, 0, from, Math.min(count, from + PORTION - 1))
}
