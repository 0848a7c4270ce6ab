--[[
  Takes places in the queue of a voter, or says that whoever has one lives. Says whether to ask for votes now.

  Input, after what every call begins with
    ARGV[2..] per waiter: ticket, permits, heartbeatMs, owner (json)

  Output, per waiter
    0 | { 'refused', 'held' | 'queued', json of the holder, place, remaining ms, '' } | { 'error', message, '0' | '1' }
]]
local answers = {}

local function queueOne(lock, ticket, permits, heartbeatMs, owner)
  headOf(lock)
  enqueue(lock, ticket, tonumber(heartbeatMs), 'null', permits, owner)
  local place = call('ZRANK', lock .. ':queue', ticket)
  if taken(lock, permits) >= permits then
    local hold = permits == 1 and holdersOf(lock) or {}
    return refused('held', hold.first, place, hold.soonest)
  end
  if place > 0 then return refused('queued', nil, place) end
  return 0
end

return answersOf(function()
  for i = 1, #KEYS - OWN do
    local at = 2 + (i - 1) * 4
    local ticket, permits, heartbeatMs, owner = unpack(ARGV, at, at + 3)
    answers[i] = byItself(queueOne, KEYS[OWN + i], ticket, tonumber(permits), heartbeatMs, owner)
  end
end, answers)
