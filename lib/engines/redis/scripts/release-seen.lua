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
  local hold = holdersOf(key)
  if hold and hold.count > 0 then found = 'other' end
  local json = hold and (hold.tokens[token] or hold.value and string.sub(hold.value, 1, TOKEN_LENGTH) == token and '')
  if not json then return nil, hold end
  if hold.count == 1 then
    call('DEL', key)
    return json, nil
  end
  call('HDEL', key, token)
  hold.count = hold.count - 1
  return json, hold
end

-- The hold is the lock's own, or one of a voter's slots.
local function endAnywhere()
  local json, hold = endSeen(lock)
  if json or not hold or not hold.hash or hold.count > 0 then return json, hold end
  for slot = 0, hold.permits - 1 do
    json = endSeen(slotOf(lock, slot))
    if json then
      areTaken(lock, hold.permits)
      return json
    end
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
