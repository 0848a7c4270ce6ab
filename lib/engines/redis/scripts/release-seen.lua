-- Deletes a lock of ours if its token, its first 32 characters, is still the one that was seen, and wakes who waits first.
-- KEYS[1] lock  KEYS[2] queue  KEYS[3] waiters  KEYS[4] index
-- ARGV[1] token  ARGV[2] name  ARGV[3] beginning of a wake channel
-- Gives: freed | gone | other
local token = redis.call('GETRANGE', KEYS[1], 0, 31)
if token == '' then return 'gone' end
if token ~= ARGV[1] then return 'other' end
redis.call('DEL', KEYS[1])

-- It is done: nothing after this line may raise an error.
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local queue = redis.pcall('ZRANGE', KEYS[2], 0, 99)
if queue.err then return 'freed' end
if #queue == 0 then
  redis.pcall('ZREM', KEYS[4], ARGV[2])
  return 'freed'
end
for _, ticket in ipairs(queue) do
  local record = redis.pcall('HGET', KEYS[3], ticket)
  local read, waiter = pcall(cjson.decode, type(record) == 'string' and record or '')
  if read and type(waiter) == 'table' and type(waiter.owner) == 'table'
    and (tonumber(waiter['until']) or 0) >= now then
    redis.pcall('PUBLISH', ARGV[3] .. tostring(waiter.owner.process), ARGV[2])
    break
  end
end
return 'freed'
