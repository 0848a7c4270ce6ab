--[[
  Gives holds another full TTL, if they are still theirs.

  Input
    KEYS[1]   index
    KEYS[2..] per hold: lock
    ARGV      per hold: name, token, ttlMs

  Output, per hold
    { 'granted', fence or '' } | { 'refused', 'not-held' } | { 'error', message }
]]
local index = KEYS[1]
local ms = math.floor(nowUs() / 1000)

local answers = {}
for i = 0, #ARGV / 3 - 1 do
  local lock, name, token, ttlMs = KEYS[i + 2], ARGV[i * 3 + 1], ARGV[i * 3 + 2], tonumber(ARGV[i * 3 + 3])
  answers[i + 1] = alone(function()
    local stored = redis.call('GET', lock)
    if not isOf(stored, token) then return { 'refused', 'not-held' } end
    redis.call('PEXPIRE', lock, whole(ttlMs))
    remember(index, name, ms, ttlMs)
    return { 'granted', fenceOf(stored) }
  end)
end
return answers
