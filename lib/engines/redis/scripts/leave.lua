--[[
  Takes waiters out of the queue of a voter. If there is room, whoever is first now is told to ask.

  Input, after what every call begins with
    ARGV[2..] per waiter: ticket, permits

  Output, per waiter
    0 | { 'error', message, '0' | '1' }
]]
local answers = {}

local function leaveOne(lock, ticket, permits)
  touched = true
  forget(lock, ticket)
  if taken(lock, permits) < permits then wakeHead(lock) end
  return 0
end

return answersOf(function()
  for i = 1, #KEYS - OWN do
    answers[i] = byItself(leaveOne, KEYS[OWN + i], ARGV[i * 2], tonumber(ARGV[i * 2 + 1]))
  end
end, answers)
