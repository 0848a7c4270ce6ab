--[[
  Takes waiters out of their queues. If the lock is free, whoever is first now is told to ask.

  Input
    KEYS      per waiter: lock, queue, waiters
    ARGV      per waiter: name, ticket

  Output, per waiter
    { 'granted', '' } | { 'error', message }
]]
local ms = math.floor(nowUs() / 1000)

local answers = {}
for i = 0, #ARGV / 2 - 1 do
  local lock, queue, waiters = KEYS[i * 3 + 1], KEYS[i * 3 + 2], KEYS[i * 3 + 3]
  local name, ticket = ARGV[i * 2 + 1], ARGV[i * 2 + 2]
  answers[i + 1] = alone(function()
    redis.call('ZREM', queue, ticket)
    redis.call('HDEL', waiters, ticket)
    if redis.call('EXISTS', lock) == 0 then wakeHead(name, queue, waiters, ms) end
    return { 'granted', '' }
  end)
end
return answers
