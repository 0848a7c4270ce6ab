-- Carries out a write unless its resource has seen a higher fence.
-- In:  KEYS[1] where the resource's fence is kept; KEYS[2..] what the commands touch
--      ARGV[1] the fence; then for each command how many words it has, and the words
-- Out: { 'done', { reply, ... } } | { 'stale', the highest fence seen }
-- A command that fails ends it with its error. What was done before it stays done, the fence too.

-- By their digits, without leading zeros: Lua's numbers would lose the last of them.
local function isLower(one, other)
  if #one ~= #other then return #one < #other end
  return one < other
end

local fence = ARGV[1]
local seen = redis.call('GET', KEYS[1])
if seen and not string.match(seen, '^%d+$') then
  return redis.error_reply('NOTAFENCE what is kept in ' .. KEYS[1] .. ' is not a fence')
end
if seen and isLower(fence, seen) then return { 'stale', seen } end
if seen ~= fence then redis.call('SET', KEYS[1], fence) end

local replies = {}
local at = 2
while at <= #ARGV do
  local words = tonumber(ARGV[at])
  replies[#replies + 1] = redis.call(unpack(ARGV, at + 1, at + words))
  at = at + words + 1
end
return { 'done', replies }
