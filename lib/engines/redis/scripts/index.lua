--[[
  Notes in the index until when something of names may be left, and forgets names of which nothing has been for long.

  Input, after what every call begins with
    ARGV[2..] per lock: for how many ms

  Output
    nothing
]]
local pairsOf = {}
for k = OWN + 1, #KEYS do
  local n = #pairsOf
  pairsOf[n + 1], pairsOf[n + 2] = ms + ARGV[k - OWN + 1], nameOf(KEYS[k])
end
redis.pcall('ZADD', INDEX, 'GT', unpack(pairsOf))
local stale = redis.pcall('ZRANGEBYSCORE', INDEX, '-inf', ms - 60000, 'LIMIT', 0, 1000)
if #stale > 0 then redis.pcall('ZREM', INDEX, unpack(stale)) end
return {}
