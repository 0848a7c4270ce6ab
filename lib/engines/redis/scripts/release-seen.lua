--[[
  Ends the hold of a token that was seen, by an operator. Its holder is told to look, and who waits first gets the lock
  on a lone node, or is told to ask on a voter.

  Input, after what every call begins with (one lock)
    ARGV[2]   token

  Output
    'freed' | 'gone' = nobody holds it | 'other' = somebody else does | { 'failed', message, ... }
]]
local lock, token = KEYS[OWN + 1], ARGV[2]
local found = 'gone'

-- The json of the hold that was ended here, and who holds still. Of a string that is not ours the token is the beginning.
local function endSeen(key)
  local hold = tidyHoldersOf(key)
  if hold then found = 'other' end
  local json = hold and (hold.tokens[token] or hold.value and string.sub(hold.value, 1, TOKEN_LENGTH) == token and '')
  if not json then return nil end
  if hold.count == 1 then
    call('DEL', key)
    return json, nil
  end
  call('HDEL', key, token)
  hold.count = hold.count - 1
  return json, hold
end

local function endAnywhere()
  local json, hold = endSeen(lock)
  if json then return json, hold end
  for _, slot in ipairs(findSlots(lock)) do
    json, hold = endSeen(slotOf(lock, slot[1]))
    if json then return json, hold end
  end
end

local function passOn(hold)
  local _, waiter = headOf(lock)
  if waiter and not waiter.ttl then return wakeHead(lock) end
  if not waiter or closedBy(lock) then return end
  local ticket, fence, given = handOver(lock, hold)
  if ticket then tellHanded(lock, ticket, fence, given.process) end
end

local answers = answersOf(function()
  local json, hold = endAnywhere()
  if not json then return end
  found = 'freed'
  -- It is done: nothing after this line may raise an error.
  redis.pcall('HDEL', lock .. ':notice', token)
  if INDEX and redis.pcall('EXISTS', lock, lock .. ':queue', lock .. ':gate') == 0 then
    redis.pcall('ZREM', INDEX, nameOf(lock))
  end
  tell(processOf(json), 'look ' .. nameOf(lock))
  pcall(passOn, hold)
end, {})
return answers[1] and answers or found
