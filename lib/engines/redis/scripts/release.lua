--[[
  Ends holds, if they are still theirs, and tells the next waiter of each to ask.

  Input
    KEYS      per hold: lock, queue, waiters
    ARGV      per hold: name, token

  Output, per hold
    { 'granted', fence or '' } | { 'refused', 'not-held' } | { 'error', message }
]]
local ms = math.floor(nowUs() / 1000)

local answers = {}
for i = 0, #ARGV / 2 - 1 do
  local lock, queue, waiters = KEYS[i * 3 + 1], KEYS[i * 3 + 2], KEYS[i * 3 + 3]
  local name, token = ARGV[i * 2 + 1], ARGV[i * 2 + 2]
  answers[i + 1] = alone(function()
    local stored = redis.call('GET', lock)
    if not isOf(stored, token) then return { 'refused', 'not-held' } end
    redis.call('DEL', lock)
    wakeHead(name, queue, waiters, ms)
    return { 'granted', fenceOf(stored) }
  end)
end
return answers
