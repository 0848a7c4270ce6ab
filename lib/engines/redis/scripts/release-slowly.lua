--[[ Holds of release.lua where somebody may wait, or several may hold. ]]
local alone = ARGV[2] == '1'
local NOT_HELD = refused('not-held')

-- Whether the token had a hold, and who holds it still.
local function endHold(key, token)
  local hold
  if alone then hold = tidyHoldersOf(key) else hold = holdersOf(key) end
  if not hold or not hold.tokens[token] then return false, hold end
  touched = true
  if hold.count == 1 then
    call('DEL', key)
    return true, nil, hold.permits
  end
  call('HDEL', key, token)
  hold.count = hold.count - 1
  return true, hold
end

-- What is done may not be undone, and must be answered: an error while handing over is nobody's.
local function handOverTo(lock, hold, process)
  local told
  pcall(function()
    if closedBy(lock) then return end
    local ticket, fence, waiter = handOver(lock, hold)
    if not ticket then return end
    if waiter.process == process then
      told = { 'handed', string.sub(ticket, 1, 16), fence }
    else
      tellHanded(lock, ticket, fence, waiter.process)
    end
  end)
  return told
end

local function releaseOne(lock, slot, token, process)
  local key = slotOf(lock, slot)
  local ended, hold, permits = endHold(key, token)
  if ended then redis.pcall('HDEL', lock .. ':notice', token) end
  if not alone then
    if ended and key ~= lock then pcall(areTaken, lock, permits) end
    if ended then wakeHead(lock) end
    return ended and 0 or NOT_HELD
  end
  if not ended then forget(lock, token) end
  local told = handOverTo(lock, hold, ended and process)
  if not ended then return NOT_HELD end
  return told or 0
end

return function(...)
  return byItself(releaseOne, ...)
end
